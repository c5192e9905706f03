"""Builds small, whole, valid audio files in memory: FLAC, MP3, Ogg Vorbis, Opus, AAC in M4A, and WAV.

Heads and tags are what any encoder would write. The audio is noise put straight into each format's own bitstream, so no
encoder is needed and no two files sound alike. Never touches the disk, and draws every choice from the generator it is
given: the same seed makes the same bytes.

Formats: FLAC RFC 9639; MPEG-1 layer III ISO 11172-3; Vorbis I specification; Ogg RFC 3533; Opus RFC 6716 and 7845;
AAC ISO 14496-3; MP4 ISO 14496-12; ID3v2.3 and v2.4 from id3.org; RIFF INFO from Microsoft's multimedia data standards.
"""

import base64
import struct
import zlib

RATE = 44100
VENDOR = b"standin bench"


class Bits:
    """A string of bits, most significant first, or least significant first as Vorbis packs them."""

    def __init__(self):
        self.number, self.length = 0, 0

    def put(self, value, width):
        """Appends the lowest `width` bits of `value`, most significant first."""
        self.number = self.number << width | value & (1 << width) - 1
        self.length += width
        return self

    def put_low(self, value, width):
        """Appends the lowest `width` bits of `value`, least significant first."""
        self.number |= (value & (1 << width) - 1) << self.length
        self.length += width
        return self

    def bytes(self):
        spare = -self.length % 8
        return (self.number << spare).to_bytes((self.length + spare) // 8, "big")

    def bytes_low(self):
        return self.number.to_bytes((self.length + 7) // 8, "little")


# ---- tags ------------------------------------------------------------------------------------------------------------


def vorbis_comment(tags, picture=None):
    """`tags` is a dict of lower-case Vorbis names; `picture` goes in as a comment, as Ogg has it."""
    comments = [f"{name.upper()}={value}".encode() for name, value in tags.items()]
    if picture:
        comments.append(b"METADATA_BLOCK_PICTURE=" + base64.b64encode(flac_picture(picture)))
    out = [struct.pack("<I", len(VENDOR)), VENDOR, struct.pack("<I", len(comments))]
    for comment in comments:
        out += [struct.pack("<I", len(comment)), comment]
    return b"".join(out)


def flac_picture(png):
    mime, width, height = b"image/png", *struct.unpack(">II", png[16:24])
    head = struct.pack(">II", 3, len(mime)) + mime + struct.pack(">I", 0)
    return head + struct.pack(">5I", width, height, 24, 0, len(png)) + png


def syncsafe(number):
    return bytes(number >> shift & 127 for shift in (21, 14, 7, 0))


def id3v2(tags, version, picture=None, padding=512):
    """An ID3v2 tag: version 3 in UTF-16 with plain sizes, version 4 in UTF-8 with syncsafe sizes."""
    frames = {
        "TIT2": tags["title"],
        "TPE1": tags["artist"],
        "TPE2": tags["albumartist"],
        "TALB": tags["album"],
        "TRCK": f"{tags['tracknumber']}/{tags['tracktotal']}",
        "TYER" if version == 3 else "TDRC": tags["date"],
        "TCON": tags["genre"],
    }
    size = syncsafe if version == 4 else lambda number: struct.pack(">I", number)
    out = []
    for name, text in frames.items():
        data = b"\3" + text.encode() if version == 4 else b"\1" + text.encode("utf-16")
        out.append(name.encode() + size(len(data)) + b"\0\0" + data)
    if picture:
        data = b"\0image/png\0\3\0" + picture
        out.append(b"APIC" + size(len(data)) + b"\0\0" + data)
    body = b"".join(out) + bytes(padding)
    return b"ID3" + bytes([version, 0, 0]) + syncsafe(len(body)) + body


# ---- FLAC ------------------------------------------------------------------------------------------------------------

FLAC_BLOCK = 4096
FLAC_VARIANTS = 8
_flac_frames = {}


def crc_table(width, polynomial):
    table, top = [], 1 << width - 1
    for byte in range(256):
        value = byte << width - 8
        for _ in range(8):
            value = (value << 1 ^ polynomial) if value & top else value << 1
        table.append(value & (1 << width) - 1)
    return table


CRC8, CRC16 = crc_table(8, 0x07), crc_table(16, 0x8005)


def crc8(data):
    value = 0
    for byte in data:
        value = CRC8[value ^ byte]
    return value


def crc16(data):
    value = 0
    for byte in data:
        value = (value << 8 & 0xFFFF) ^ CRC16[value >> 8 ^ byte]
    return value


def flac_frame(index, subframes):
    """One frame of 4,096 samples, 44.1 kHz, 16 bit, two channels; `subframes` are the finished bits of both."""
    head = b"\xff\xf8\xc9\x18" + chr(index).encode()  # numbered as UTF-8 numbers letters
    head += bytes([crc8(head)]) + subframes
    return head + struct.pack(">H", crc16(head))


def flac_noise_frame(index, random):
    """Noise in the left channel: residuals of 4 raw bits (order 0, escape code), times 256 by wasted bits; right silent."""
    bits = Bits().put(0b0_001000_1, 8).put(1, 8)  # fixed predictor, order 0; 8 wasted bits
    bits.put(0b00_0000_1111, 10).put(4, 5)  # one Rice partition, escaped: 4 bits each
    bits.put(random.getrandbits(FLAC_BLOCK * 4), FLAC_BLOCK * 4)
    bits.put(0, 8).put(0, 16)  # constant 0
    return flac_frame(index, bits.bytes())


def flac_head(tags, samples, picture=None):
    info = struct.pack(">HH", FLAC_BLOCK, FLAC_BLOCK) + bytes(6)
    info += (RATE << 44 | 1 << 41 | 15 << 36 | samples).to_bytes(8, "big") + bytes(16)
    blocks = [(0, info), (4, vorbis_comment(tags))] + ([(6, flac_picture(picture))] if picture else []) + [(1, bytes(1024))]
    out = [b"fLaC"]
    for place, (kind, data) in enumerate(blocks):
        last = 128 if place == len(blocks) - 1 else 0
        out += [bytes([kind | last]), len(data).to_bytes(3, "big"), data]
    return b"".join(out)


def flac(tags, seconds, random, picture=None):
    """The checksum of a frame is slow in Python: each place in a song has a few frames, made once, to choose from."""
    count, frames = max(2, round(seconds * RATE / FLAC_BLOCK)), []
    for index in range(count):
        key = index, random.randrange(FLAC_VARIANTS)
        if key not in _flac_frames:
            seeded = type(random)(f"flac {key}")  # not from `random`: a file must not depend on the files before it
            _flac_frames[key] = flac_noise_frame(index, seeded)
        frames.append(_flac_frames[key])
    return flac_head(tags, count * FLAC_BLOCK, picture) + b"".join(frames)


# ---- MP3 -------------------------------------------------------------------------------------------------------------

MP3_HEAD = b"\xff\xfb\x90\x00"  # MPEG-1 layer III, 128 kbit/s, 44.1 kHz, stereo, no checksum, no padding
MP3_FRAME_BYTES, MP3_FRAME_SAMPLES, MP3_VARIANTS = 417, 1152, 256
MP3_PART_BITS = (MP3_FRAME_BYTES - 4 - 32) * 8 // 4  # two granules of two channels share a frame
_mp3_frames = []


def mp3_noise_part(random):
    """Coefficients of -1, 0 and 1 alone, in the region where a code is four inverted bits and the signs of the ones."""
    bits, quads = Bits(), 0
    while quads < 120 and bits.length + 8 <= MP3_PART_BITS:
        ones = random.getrandbits(4)
        bits.put(~ones, 4).put(random.getrandbits(4), bin(ones).count("1"))
        quads += 1
    return bits


def mp3_frame(random, gain=184):
    parts = [mp3_noise_part(random) for _ in range(4)]
    side, data = Bits().put(0, 20), Bits()
    for part in parts:
        side.put(part.length, 12).put(0, 9).put(gain, 8).put(0, 4 + 1 + 15 + 4 + 3 + 1 + 1).put(1, 1)
        data.put(part.number, part.length)
    return (MP3_HEAD + side.bytes() + data.bytes()).ljust(MP3_FRAME_BYTES, b"\0")


def mp3_info_frame(frames):
    """The frame without sound that says how many follow."""
    info = b"Info" + struct.pack(">III", 3, frames, (frames + 1) * MP3_FRAME_BYTES)
    return (MP3_HEAD + bytes(32) + info).ljust(MP3_FRAME_BYTES, b"\0")


def mp3(tags, seconds, random, picture=None):
    if not _mp3_frames:
        seeded = type(random)("mp3 frames")
        _mp3_frames.extend(mp3_frame(seeded) for _ in range(MP3_VARIANTS))
    frames = random.choices(_mp3_frames, k=max(2, round(seconds * RATE / MP3_FRAME_SAMPLES)))
    return id3v2(tags, random.choice((3, 4)), picture) + mp3_info_frame(len(frames)) + b"".join(frames)


# ---- Ogg: Vorbis and Opus --------------------------------------------------------------------------------------------

REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def ogg_checksum(data):
    """Ogg's polynomial is zlib's with the bits the other way round, and neither begins nor ends inverted."""
    mirrored = zlib.crc32(data.translate(REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{mirrored:032b}"[::-1], 2)


def ogg_pages(serial, groups):
    """`groups` are lists of (packet, granule); each group begins on a page of its own."""
    pages = []
    for group in groups:
        segments = []  # (bytes, granule when a packet ends here, whether a packet begins here)
        for packet, granule in group:
            for start in range(0, len(packet) + 1, 255):
                piece = packet[start : start + 255]
                segments.append((piece, granule if len(piece) < 255 else None, start == 0))
        pages += [segments[start : start + 255] for start in range(0, len(segments), 255)]
    out = []
    for sequence, segments in enumerate(pages):
        flags = (0 if segments[0][2] else 1) | (2 if sequence == 0 else 0) | (4 if sequence == len(pages) - 1 else 0)
        granule = next((granule for _, granule, _ in reversed(segments) if granule is not None), 0xFFFFFFFFFFFFFFFF)
        head = b"OggS\0" + struct.pack("<BQIIIB", flags, granule, serial, sequence, 0, len(segments))
        page = head + bytes(len(piece) for piece, _, _ in segments) + b"".join(piece for piece, _, _ in segments)
        out += [page[:22], struct.pack("<I", ogg_checksum(page)), page[26:]]
    return b"".join(out)


VORBIS_STEP = 1024  # samples that each packet but the first adds: both block sizes are 2,048


def vorbis_setup():
    """A setup in which every code has one length, so that random bits decode as they come."""
    bits = Bits()
    put = bits.put_low
    put(1, 8)  # two codebooks
    put(0x564342, 24), put(1, 16), put(2, 24), put(0, 2)  # which class a partition has: two entries of one bit
    put(0, 5), put(0, 5), put(0, 4)
    put(0x564342, 24), put(2, 16), put(16, 24), put(0, 2)  # pairs from -1.5, -0.5, 0.5, 1.5: sixteen entries of four bits
    for _ in range(16):
        put(3, 5)
    put(1, 4), put(1 << 31 | 787 << 21 | 3, 32), put(788 << 21 | 1, 32), put(1, 4), put(0, 1)
    for step in range(4):
        put(step, 2)
    put(0, 6), put(0, 16)  # time domain: a placeholder
    put(0, 6), put(1, 16)  # one floor of type 1: one partition of one point without a book
    put(1, 5), put(0, 4), put(0, 3), put(0, 2), put(0, 8), put(0, 2), put(10, 4), put(512, 10)
    put(0, 6), put(1, 16)  # one residue of type 1: 16 partitions of 32, class 0 silent, class 1 by the second book
    put(0, 24), put(512, 24), put(31, 24), put(1, 6), put(0, 8), put(0, 4), put(1, 4), put(1, 8)
    put(0, 6), put(0, 16), put(0, 4), put(0, 8), put(0, 8), put(0, 8)  # one mapping, no coupling
    put(0, 6), put(0, 1), put(0, 16), put(0, 16), put(0, 8)  # one mode
    put(1, 1)
    return b"\5vorbis" + bits.bytes_low()


VORBIS_SETUP = vorbis_setup()
VORBIS_IDENTITY = b"\1vorbis" + struct.pack("<IBIIIIBB", 0, 2, RATE, 0, 70000, 0, 0xBB, 1)


def vorbis_packet(random):
    """For each channel "sound", the floor's two ends, and then the residue: any bits at all."""
    floors = Bits().put_low(0, 1)
    for _ in range(2):
        floors.put_low(1, 1).put_low(random.randrange(150, 180), 8).put_low(random.randrange(120, 170), 8)
    return floors.put_low(random.getrandbits(1589), 1589).bytes_low()


def ogg(tags, seconds, random, picture=None):
    count = max(3, round(seconds * RATE / VORBIS_STEP) + 1)
    comment = b"\3vorbis" + vorbis_comment(tags, picture) + b"\1"
    audio = [(vorbis_packet(random), number * VORBIS_STEP) for number in range(count)]
    return ogg_pages(random.getrandbits(32), [[(VORBIS_IDENTITY, 0)], [(comment, 0), (VORBIS_SETUP, 0)], audio])


def opus(tags, seconds, random, picture=None):
    """Packets of 20 ms whose range-coded bytes are random: a CELT decoder gives a meaning to any."""
    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 2, 312, RATE, -12 * 256, 0)  # 12 dB quieter: random bytes are loud
    comment = b"OpusTags" + vorbis_comment(tags, picture)
    count = max(3, round(seconds * 50))
    audio = [(b"\xfc" + random.randbytes(160), (number + 1) * 960) for number in range(count)]
    return ogg_pages(random.getrandbits(32), [[(head, 0)], [(comment, 0)], audio])


# ---- M4A -------------------------------------------------------------------------------------------------------------


def atom(kind, *parts):
    data = b"".join(parts)
    return struct.pack(">I", len(data) + 8) + kind + data


def aac_frame(random):
    """One channel of 30 bands that hold nothing but a noise level each, then random bytes that a decoder skips."""
    bits = Bits().put(0, 3 + 4).put(150, 8)  # single channel; global gain
    bits.put(0b0_00_1, 4).put(30, 6).put(0, 1)  # long window, 30 bands, no prediction
    bits.put(13, 4).put(30, 5)  # one section: noise
    bits.put(256 + random.randrange(-12, 13), 9).put(0, 29)  # the first level, then no change
    bits.put(0, 3)  # no pulses, no noise shaping, no gain control
    fill = 110
    bits.put(6, 3).put(15, 4).put(fill - 14, 8).put(0, 8).put(random.getrandbits((fill - 1) * 8), (fill - 1) * 8)
    return bits.put(7, 3).bytes()


def m4a_text(kind, text):
    return atom(kind, atom(b"data", struct.pack(">II", 1, 0), text.encode()))


def m4a_tags(tags, picture):
    track = struct.pack(">HHHH", 0, int(tags["tracknumber"]), int(tags["tracktotal"]), 0)
    items = [
        m4a_text(b"\xa9nam", tags["title"]),
        m4a_text(b"\xa9ART", tags["artist"]),
        m4a_text(b"aART", tags["albumartist"]),
        m4a_text(b"\xa9alb", tags["album"]),
        m4a_text(b"\xa9day", tags["date"]),
        m4a_text(b"\xa9gen", tags["genre"]),
        atom(b"trkn", atom(b"data", struct.pack(">II", 0, 0), track)),
    ]
    if picture:
        items.append(atom(b"covr", atom(b"data", struct.pack(">II", 14, 0), picture)))
    handler = atom(b"hdlr", bytes(8), b"mdirappl", bytes(9))
    return atom(b"udta", atom(b"meta", bytes(4), handler, atom(b"ilst", *items)))


def m4a_sample_entry():
    """mp4a with its elementary stream descriptor: AAC-LC, 44.1 kHz, one channel."""
    config = b"\x05\x02\x12\x08"
    decoder = b"\x04" + bytes([13 + len(config)]) + b"\x40\x15" + bytes(3) + struct.pack(">II", 56000, 56000) + config
    stream = b"\x03" + bytes([3 + len(decoder) + 3]) + b"\0\1\0" + decoder + b"\x06\x01\x02"
    entry = bytes(6) + struct.pack(">H", 1) + bytes(8) + struct.pack(">HHHHI", 1, 16, 0, 0, RATE << 16)
    return atom(b"mp4a", entry, atom(b"esds", bytes(4), stream))


def m4a_movie(tags, sizes, audio_at, picture):
    length, matrix = len(sizes) * 1024, struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
    samples = atom(
        b"stbl",
        atom(b"stsd", bytes(4), struct.pack(">I", 1), m4a_sample_entry()),
        atom(b"stts", bytes(4), struct.pack(">III", 1, len(sizes), 1024)),
        atom(b"stsc", bytes(4), struct.pack(">IIII", 1, 1, len(sizes), 1)),
        atom(b"stsz", bytes(4), struct.pack(">II", 0, len(sizes)), struct.pack(f">{len(sizes)}I", *sizes)),
        atom(b"stco", bytes(4), struct.pack(">II", 1, audio_at)),
    )
    here = atom(b"dinf", atom(b"dref", bytes(4), struct.pack(">I", 1), atom(b"url ", b"\0\0\0\1")))
    media = atom(
        b"mdia",
        atom(b"mdhd", bytes(12), struct.pack(">IIHH", RATE, length, 0x55C4, 0)),
        atom(b"hdlr", bytes(8), b"soun", bytes(12), b"\0"),
        atom(b"minf", atom(b"smhd", bytes(8)), here, samples),
    )
    track_head = struct.pack(">I", 7) + bytes(8) + struct.pack(">III", 1, 0, length) + bytes(8) + struct.pack(">4H", 0, 0, 0x100, 0)
    movie_head = bytes(12) + struct.pack(">IIIH", RATE, length, 0x10000, 0x100) + bytes(10) + matrix + bytes(24) + struct.pack(">I", 2)
    return atom(
        b"moov",
        atom(b"mvhd", movie_head),
        atom(b"trak", atom(b"tkhd", track_head, matrix, bytes(8)), media),
        m4a_tags(tags, picture),
    )


def m4a(tags, seconds, random, picture=None):
    frames = [aac_frame(random) for _ in range(max(2, round(seconds * RATE / 1024)))]
    sizes, kind = [len(frame) for frame in frames], atom(b"ftyp", b"M4A \0\0\2\0M4A mp42isom")
    audio_at = len(kind) + len(m4a_movie(tags, sizes, 0, picture)) + 8
    return kind + m4a_movie(tags, sizes, audio_at, picture) + atom(b"mdat", *frames)


# ---- WAV -------------------------------------------------------------------------------------------------------------

QUIET_HIGH_BYTES = bytes((byte & 15) - 8 & 0xFF for byte in range(256))


def riff_chunk(kind, data):
    return kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) & 1)


def wav(tags, seconds, random, picture=None):
    """One channel of 16 bit noise; tags twice, as INFO and as ID3, because readers differ in which they know."""
    frames = round(seconds * RATE)
    audio = bytearray(frames * 2)
    audio[0::2] = random.randbytes(frames)
    audio[1::2] = random.randbytes(frames).translate(QUIET_HIGH_BYTES)
    names = {b"INAM": "title", b"IART": "artist", b"IPRD": "album", b"ICRD": "date", b"IGNR": "genre", b"ITRK": "tracknumber"}
    info = b"".join(riff_chunk(kind, tags[name].encode() + b"\0") for kind, name in names.items())
    body = riff_chunk(b"fmt ", struct.pack("<HHIIHH", 1, 1, RATE, RATE * 2, 2, 16))
    body += riff_chunk(b"LIST", b"INFO" + info) + riff_chunk(b"data", audio) + riff_chunk(b"id3 ", id3v2(tags, 4, picture, 0))
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WAVE" + body


# ---- pictures --------------------------------------------------------------------------------------------------------


def png(side, random):
    """A square of coloured noise, which does not compress: `side` 96 gives 27 kB."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + random.randbytes(side * 3) for _ in range(side))
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b"")


WRITERS = {"flac": flac, "mp3": mp3, "ogg": ogg, "opus": opus, "m4a": m4a, "wav": wav}
