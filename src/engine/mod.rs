//! From a file to the loudspeaker: decode → shape → ring → device callback. It never decides what plays next.
