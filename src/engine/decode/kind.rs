//! What a track's samples are, from what its head says. A kind that is not known counts as float, which holds any.

use crate::engine::form::SampleKind;
use symphonia::core::codecs::audio::AudioCodecParameters;
use symphonia::core::codecs::audio::well_known::{
    CODEC_ID_ALAC, CODEC_ID_FLAC, CODEC_ID_PCM_ALAW, CODEC_ID_PCM_F32BE, CODEC_ID_PCM_F32LE,
    CODEC_ID_PCM_F64BE, CODEC_ID_PCM_F64LE, CODEC_ID_PCM_MULAW, CODEC_ID_PCM_S8,
    CODEC_ID_PCM_S16BE, CODEC_ID_PCM_S16LE, CODEC_ID_PCM_S24BE, CODEC_ID_PCM_S24LE,
    CODEC_ID_PCM_S32BE, CODEC_ID_PCM_S32LE, CODEC_ID_PCM_U8,
};

/// Of a track that symphonia decodes.
pub(super) fn kind_of(params: &AudioCodecParameters) -> SampleKind {
    let told = params
        .bits_per_sample
        .filter(|bits| (1..=32).contains(bits));
    let at_most = |most: u32| SampleKind::Integer {
        bits: told.unwrap_or(most).min(most),
    };
    match params.codec {
        CODEC_ID_PCM_F64LE | CODEC_ID_PCM_F64BE => SampleKind::Float { bits: 64 },
        CODEC_ID_PCM_F32LE | CODEC_ID_PCM_F32BE => SampleKind::Float { bits: 32 },
        CODEC_ID_PCM_U8 | CODEC_ID_PCM_S8 => at_most(8),
        CODEC_ID_PCM_S16LE | CODEC_ID_PCM_S16BE | CODEC_ID_PCM_ALAW | CODEC_ID_PCM_MULAW => {
            SampleKind::Integer { bits: 16 }
        }
        CODEC_ID_PCM_S24LE | CODEC_ID_PCM_S24BE => at_most(24),
        CODEC_ID_PCM_S32LE | CODEC_ID_PCM_S32BE | CODEC_ID_FLAC => at_most(32),
        CODEC_ID_ALAC => alac_bits(params.extra_data.as_deref())
            .map_or(SampleKind::Float { bits: 32 }, |bits| SampleKind::Integer {
                bits,
            }),
        _ => SampleKind::Float { bits: 32 },
    }
}

/// The sixth byte of ALAC's cookie (ALACSpecificConfig of Apple's description), behind the atoms that may stand before it.
fn alac_bits(cookie: Option<&[u8]>) -> Option<u32> {
    let mut cookie = cookie?;
    for atom in [b"frma", b"alac"] {
        if cookie.get(4..8)? == atom {
            cookie = cookie.get(12..)?;
        }
    }
    let bits = u32::from(*cookie.get(5)?);
    (1..=32).contains(&bits).then_some(bits)
}

/// Of what ffmpeg decodes: the format of its decoder's samples, and how many bits of them the file states.
pub(super) fn kind_of_ffmpeg(sample_format: &str, bits: Option<u32>) -> SampleKind {
    let at_most = |most: u32| SampleKind::Integer {
        bits: bits.filter(|bits| *bits > 0).unwrap_or(most).min(most),
    };
    match sample_format.trim_end_matches('p') {
        "u8" => at_most(8),
        "s16" => at_most(16),
        "s32" => at_most(32),
        "dbl" => SampleKind::Float { bits: 64 },
        _ => SampleKind::Float { bits: 32 },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alac_tells_its_bits_in_its_cookie() {
        let cookie = [0, 0, 16, 0, 0, 24, 40, 10];
        assert_eq!(alac_bits(Some(&cookie)), Some(24));
        let with_atoms = [b"\0\0\0\x0cfrmaalac\0\0\0\x24alac\0\0\0\0", &cookie[..]].concat();
        assert_eq!(alac_bits(Some(&with_atoms)), Some(24));
        assert_eq!(alac_bits(Some(&cookie[..5])), None);
        assert_eq!(alac_bits(Some(&[0, 0, 16, 0, 0, 99, 0, 0])), None);
        assert_eq!(alac_bits(None), None);
    }

    #[test]
    fn ffmpeg_tells_a_container_and_the_bits_in_it() {
        let integer = |bits| SampleKind::Integer { bits };
        assert_eq!(kind_of_ffmpeg("s16p", None), integer(16));
        assert_eq!(kind_of_ffmpeg("s32p", Some(24)), integer(24));
        assert_eq!(kind_of_ffmpeg("s32", Some(0)), integer(32));
        assert_eq!(
            kind_of_ffmpeg("fltp", Some(24)),
            SampleKind::Float { bits: 32 }
        );
        assert_eq!(kind_of_ffmpeg("", None), SampleKind::Float { bits: 32 });
    }
}
