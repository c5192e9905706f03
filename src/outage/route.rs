//! Whether there is a way out of this machine, as the kernel's tables of routes say: nobody is contacted for it. A network
//! with a way out may still lead nowhere.

use std::fs::File;
use std::io::Read;

/// Of a table so many bytes are read: a full one of the internet's routers has no place on a machine that plays music.
const MAX_BYTES: u64 = 1 << 20;

/// Flags of a route. Source: `linux/route.h`.
const UP: u32 = 0x1;
const REJECT: u32 = 0x200;

/// Whether there is a default route, of IPv4 or IPv6; `None`: this system does not tell.
pub fn default_route() -> Option<bool> {
    let tables = (
        table("/proc/net/route", has_default_v4),
        table("/proc/net/ipv6_route", has_default_v6),
    );
    match tables {
        (None, None) => None,
        (v4, v6) => Some(v4 == Some(true) || v6 == Some(true)),
    }
}

fn table(path: &str, has_default: fn(&str) -> bool) -> Option<bool> {
    let mut text = String::new();
    let file = File::open(path).ok()?;
    file.take(MAX_BYTES).read_to_string(&mut text).ok()?;
    Some(has_default(&text))
}

/// Of `/proc/net/route`: `Iface Destination Gateway Flags RefCnt Use Metric Mask …`, addresses in hexadecimal as they lie in
/// memory. Half of all addresses is a default route too: so tunnels go before the one that is there without replacing it.
fn has_default_v4(table: &str) -> bool {
    let is_default = |line: &str| {
        let columns: Vec<&str> = line.split_whitespace().take(8).collect();
        let &[_, to, _, flags, _, _, _, mask] = columns.as_slice() else {
            return None;
        };
        let to = u32::from_str_radix(to, 16).ok()?;
        let mask = u32::from_str_radix(mask, 16).ok()?;
        Some(to == 0 && u32::from_be(mask).leading_ones() <= 1 && leads_out(flags)?)
    };
    table.lines().any(|line| is_default(line) == Some(true))
}

/// Of `/proc/net/ipv6_route`: `to prefix from prefix next metric ref use flags device`, all in hexadecimal. The addresses that
/// are in use anywhere (2000::/3) are all of them.
fn has_default_v6(table: &str) -> bool {
    let is_default = |line: &str| {
        let columns: Vec<&str> = line.split_whitespace().take(10).collect();
        let &[to, prefix, _, _, _, _, _, _, flags, device] = columns.as_slice() else {
            return None;
        };
        let to = u128::from_str_radix(to, 16).ok()?;
        let prefix = u32::from_str_radix(prefix, 16).ok()?;
        let is_all = (to == 0 && prefix <= 1) || (to >> 124 == 2 && prefix <= 3);
        Some(is_all && device != "lo" && leads_out(flags)?)
    };
    table.lines().any(|line| is_default(line) == Some(true))
}

fn leads_out(flags: &str) -> Option<bool> {
    let flags = u32::from_str_radix(flags, 16).ok()?;
    Some(flags & UP != 0 && flags & REJECT == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str =
        "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n";

    #[test]
    fn ipv4() {
        for (lines, is_there) in [
            ("", false),
            (
                "eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n",
                false,
            ),
            (
                "eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n",
                true,
            ),
            // Down, and one that rejects.
            (
                "eth0\t00000000\t010200C0\t0002\t0\t0\t0\t00000000\t0\t0\t0\n",
                false,
            ),
            (
                "*\t00000000\t00000000\t0201\t0\t0\t0\t00000000\t0\t0\t0\n",
                false,
            ),
            // A tunnel's two halves.
            (
                "tun0\t00000000\t0100080A\t0003\t0\t0\t0\t00000080\t0\t0\t0\n",
                true,
            ),
            (
                "eth0\t00000000\t00000000\t0001\t0\t0\t0\t000000FF\t0\t0\t0\n",
                false,
            ),
            ("eth0 zz zz zz\n\u{0}\n", false),
        ] {
            assert_eq!(
                has_default_v4(&format!("{HEAD}{lines}")),
                is_there,
                "{lines}"
            );
        }
    }

    #[test]
    fn ipv6() {
        let zero = "0".repeat(32);
        let line = |to: &str, prefix: &str, flags: &str, device: &str| {
            format!("{to} {prefix} {zero} 00 {zero} 00000400 00000003 00000000 {flags} {device}\n")
        };
        let global = format!("2{}", "0".repeat(31));
        for (text, is_there) in [
            (String::new(), false),
            (line(&zero, "00", "00000003", "eth0"), true),
            // The kernel's own that rejects.
            (line(&zero, "00", "00200200", "lo"), false),
            (line(&zero, "80", "80200001", "eth0"), false),
            (line(&global, "03", "00000003", "wg0"), true),
            (line(&global, "40", "00000003", "eth0"), false),
            ("zz 00\n".into(), false),
        ] {
            assert_eq!(has_default_v6(&text), is_there, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_table_is_too_odd(text in "\\PC*|([0-9a-fz]{0,40}[ \t\n]){0,60}") {
            has_default_v4(&text);
            has_default_v6(&text);
        }
    }
}
