[playlist]
numberofentries=9
File7=c.mp3
Title7=A - B
Length7=-1
FILE2=file:///a%20b.mp3
File2=again.mp3
