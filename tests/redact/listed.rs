//! The rule set that ships as data: what it adds, and what its allow-lists and its measure of chance spare.

use super::masked;

/// Secrets are put together here, so that no scanner takes this file for a leak.
fn of(letters: &str, length: usize) -> String {
    letters.chars().cycle().take(length).collect()
}

const HEX: &str = "4f9d8c7b6a5e3210";
const MIXED: &str = "k7Qm2ZtX9bLw4RvN8cHs5PdJ3fGy6TaE1uKo0";

#[test]
fn tokens_of_many_makers_are_masked_under_their_rule() {
    let cases = [
        ("digitalocean-pat", format!("dop_v1_{}", of(HEX, 64))),
        ("shopify-access-token", format!("shpat_{}", of(HEX, 32))),
        ("grafana-service-account-token", format!("glsa_{}_{}", of(MIXED, 32), of(HEX, 8))),
        ("huggingface-access-token", format!("hf_{}", of("qwertyuiopasdfghjklzxcvbnm", 34))),
        ("sendgrid-api-token", format!("SG.{}", of(&MIXED.to_ascii_lowercase(), 66))),
        ("age-secret-key", format!("AGE-SECRET-KEY-1{}", of("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", 58))),
        ("doppler-api-token", format!("dp.pt.{}", of(MIXED, 43))),
        ("pulumi-api-token", format!("pul-{}", of(HEX, 40))),
    ];
    for (rule, secret) in cases {
        for line in [format!("token {secret} seen"), format!("\"{secret}\""), secret.clone()] {
            let out = masked(&line);
            assert!(out.contains(&format!("[redacted:{rule}]")) && !out.contains(&secret), "{line} -> {out}");
        }
    }
}

#[test]
fn a_value_is_masked_by_the_maker_it_is_named_after() {
    let line = format!("adafruit_io_key = \"{}\"", of("4f9d8c7b6a5e3210abcdef", 32));
    assert_eq!(masked(&line), "adafruit_io_key = \"[redacted:adafruit-api-key]\"");
    // The name on another line says nothing of this one.
    let apart = format!("adafruit\nsum {}\n", of("4f9d8c7b6a5e3210abcdef", 32));
    assert_eq!(masked(&apart), apart);
}

#[test]
fn what_is_not_random_or_is_known_to_be_no_secret_is_left_alone() {
    let cases = [
        // Shannon's entropy of one letter is nothing.
        format!("dop_v1_{}", of("a", 64)),
        format!("pul-{}", of("0", 40)),
        // A service whose name begins with `s.` and letters only.
        "calls.abcdefghijklmnopqrstuvwx took 3 ms".to_owned(),
        "commit 4f9d8c7b6a5e32104f9d8c7b6a5e32104f9d8c7b".to_owned(),
        "image: registry/app@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
            .to_owned(),
        "id=123e4567-e89b-12d3-a456-426614174000 region=eu-west-1 status=ok".to_owned(),
    ];
    for text in cases {
        assert_eq!(masked(&text), text);
    }
}
