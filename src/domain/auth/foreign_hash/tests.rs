//! Hashes as the systems themselves document them, or as other implementations of the same functions made them.

use super::work::Digest;
use super::*;

const PASSWORD: &str = "violet kettle under 9 roofs";

fn read(text: &str) -> ForeignHash {
    ForeignHash::read(text).unwrap_or_else(|error| panic!("{text}: {error:?}"))
}

#[test]
fn hashes_of_other_systems_fit_their_passwords_only() {
    for (text, password) in [
        // The example of PHP's manual.
        ("$2y$07$BCryptRequires22Chrcte/VlQH0piJtjXl.0t1XkA8pw9dMXTpOq", "rasmuslerdorf"),
        ("$2b$10$abcdefghijklmnopqrstuuE6PjLGXXrBslYFxtLUxzbKgk6.xrTEC", PASSWORD),
        // Apache's htpasswd.
        ("$2y$05$AwcM5h0QSIO.LqalMxCdN.wOTPVnkNOLoN9xPVTbRK.alaA9ELVEK", PASSWORD),
        ("{SHA}DlG3Na46oFA2vKrX+MaA5ntd6lg=", PASSWORD),
        // WordPress from 6.8, and before.
        ("$wp$2y$10$abcdefghijklmnopqrstuu8TYyUtWuVRkyta.413h0bBn3zIbMl0m", PASSWORD),
        ("$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0", "test12345"),
        // The reference implementation's own tests of Argon2, with and without a version.
        ("$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA", "password"),
        ("$argon2i$m=65536,t=2,p=1$c29tZXNhbHQ$9sTbSlTio3Biev89thdrlKKiCaYsjjYVJxGAL3swxpQ", "password"),
        ("$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", "password"),
        // Django's tests of its hashers.
        ("pbkdf2_sha256$260000$seasalt$YlZ2Vggtqdc61YjArZuoApoBh9JNGYoDRBUGu6tcJQo=", "lètmein"),
        ("pbkdf2_sha1$260000$seasalt$XXHk2gQ7tjWIyrS320RXXsGqkUg=", "lètmein"),
        (
            "scrypt$16384$seasalt$8$1$Qj3+9PPyRjSJIebHnG81TMjsqtaIGxNQG/aEB/NYafTJ7tibgfYz71m0ldQESkXFRkdVCBhhY8mx7rQwite/Pw==",
            "lètmein",
        ),
        ("md5$seasalt$3f86d0d3d465b7b458c231bf3555c0e3", "lètmein"),
        ("sha1$seasalt$cff36ea83f5706ce9aa7454e63e431fc726b2dc8", "lètmein"),
        ("bcrypt_sha256$$2b$08$abcdefghijklmnopqrstuui5nBgJrOCAlt8jKDqdyVnu46CFZ9jjW", PASSWORD),
        ("bcrypt$$2b$10$abcdefghijklmnopqrstuuE6PjLGXXrBslYFxtLUxzbKgk6.xrTEC", PASSWORD),
        // passlib, and PHC strings.
        ("$pbkdf2-sha256$29000$AAECAwQFBgcICQoLDA0ODw$6ACqnJzm24h7.ghYu.L5WHuu78HiTNaKJrYaf/374QI", PASSWORD),
        ("$pbkdf2-sha256$i=29000,l=32$AAECAwQFBgcICQoLDA0ODw$6ACqnJzm24h7+ghYu+L5WHuu78HiTNaKJrYaf/374QI", PASSWORD),
        ("$scrypt$ln=14,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$my6yv8NTBm7WsjdErdjqWXA0bd4eu1Zxwv8XkrK/d/8", PASSWORD),
        // LDAP.
        ("{SSHA}u3atzceamewATCw2BGo6z8AzwcABAgMEBQYHCA==", PASSWORD),
        ("{SSHA256}+7Zs3Qh4FDEp0lI5uiKw9/QCkTc5usVvztPTlKm0c54BAgMEBQYHCA==", PASSWORD),
        (
            "{SSHA512}9+BvW3/4LCOqBclHGiilakSIXnUb5l2idyE7WdTSfsvAxRN8hY/+RCuXUaipws8F7rV1flSUZF60yQzV+0GcRQECAwQFBgcI",
            PASSWORD,
        ),
        ("{smd5}18bZ3MjbtmfN8m4CGS0k2QECAwQFBgcI", PASSWORD),
    ] {
        let hash = read(text);
        assert!(hash.matches(password.as_bytes()), "{text}");
        assert!(!hash.matches(format!("{password}x").as_bytes()), "{text}");
        assert!(!hash.matches(b""), "{text}");
        assert_eq!(read(hash.text()), hash);
    }
}

/// The example of Firebase's own implementation.
#[test]
fn firebases_scrypt_is_compared_without_keeping_the_projects_key() {
    let console = "hash_config {\n  algorithm: SCRYPT,\n  base64_signer_key: jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==,\n  base64_salt_separator: Bw==,\n  rounds: 8,\n  mem_cost: 14,\n}\n";
    let json = r#"{"base64_signer_key": "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==", "base64_salt_separator": "Bw==", "rounds": 8, "mem_cost": 14}"#;
    let parameters = FirebaseParameters::read(console).unwrap();
    assert!(FirebaseParameters::read(json).unwrap() == parameters);
    let salt = notation::base64("42xEC+ixf3L2lw==").unwrap();
    let hash =
        notation::base64("lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==");
    let hash = ForeignHash::firebase(&parameters, &salt, &hash.unwrap()).unwrap();
    assert!(hash.matches(b"user1password") && !hash.matches(b"user2password"));
    assert!(!hash.text().contains("jxspr8Ki") && read(hash.text()) == hash);
    assert!(ForeignHash::firebase(&parameters, &salt, b"too short").is_err());
    for bad in ["", "rounds: 8", "base64_signer_key: AA==, base64_salt_separator: Bw==, rounds: 8, mem_cost: 14"] {
        assert!(FirebaseParameters::read(bad).is_err(), "{bad}");
    }
}

#[test]
fn pbkdf2_in_separate_columns_is_compared_over_all_blocks() {
    let salt: Vec<u8> = (0..16).collect();
    for (digest, iterations, hash) in [
        (
            Digest::Sha256,
            27_500,
            "zVoc9jDnsjSLdIQiL8ewpLQOLg3OwgD42+oro1cbiUcqqvhThS7VFsPIynvSan4rlARK0yxHcOOmFX2R+c5T/Q==",
        ),
        (
            Digest::Sha512,
            210_000,
            "SljL/eHPNCMoU1tuXk3eQ4XSeZOQwGxOzTSjwGBqFRCX/Ru3YRcLBrjVh4/sUU1Ianmep3wz5SVg6nuc5iHlSg==",
        ),
        (
            Digest::Sha1,
            20_000,
            "4aniR6ZPeuJkJl3tJyZse2syC6cwwkHyOYey4436sQ2D72DOQJ2cBZ3iWHlnSt0tNrKsoEx2Kxp9N2Q1wehI8Q==",
        ),
    ] {
        let hash = ForeignHash::pbkdf2(digest, iterations, &salt, &notation::base64(hash).unwrap()).unwrap();
        assert!(hash.matches(PASSWORD.as_bytes()), "{}", digest.name());
    }
}

#[test]
fn bcrypt_reads_72_bytes_as_it_did_there() {
    let hash = read("$2y$08$abcdefghijklmnopqrstuujyJJZFHxfP7uFcWoV4k5KREorUKVI2K");
    assert!(hash.matches("x".repeat(72).as_bytes()) && hash.matches("x".repeat(100).as_bytes()));
    assert!(!hash.matches("x".repeat(71).as_bytes()));
}

#[test]
fn what_would_cost_minutes_or_fit_anything_is_refused() {
    let long = format!("$argon2id$v=19$m=7168,t=1,p=1${}$aGFzaGhhc2hoYXNoaGFzaA", "A".repeat(1200));
    for (text, word) in [
        ("$2b$15$abcdefghijklmnopqrstuuE6PjLGXXrBslYFxtLUxzbKgk6.xrTEC", "too_costly_hash"),
        ("$2b$31$abcdefghijklmnopqrstuuE6PjLGXXrBslYFxtLUxzbKgk6.xrTEC", "too_costly_hash"),
        ("$argon2id$v=19$m=4194304,t=1,p=1$c29tZXNhbHQ$aGFzaGhhc2hoYXNoaGFzaA", "too_costly_hash"),
        ("$argon2id$v=19$m=65536,t=4294967295,p=1$c29tZXNhbHQ$aGFzaGhhc2hoYXNoaGFzaA", "too_costly_hash"),
        ("$argon2id$v=19$m=65536,t=1,p=255$c29tZXNhbHQ$aGFzaGhhc2hoYXNoaGFzaA", "too_costly_hash"),
        ("$scrypt$ln=30,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$aGFzaGhhc2hoYXNoaGFzaA", "too_costly_hash"),
        ("$scrypt$ln=63,r=4294967295,p=9$AAECAwQFBgcICQoLDA0ODw$aGFzaGhhc2hoYXNoaGFzaA", "too_costly_hash"),
        ("$scrypt$ln=14,r=8,p=4294967295$AAECAwQFBgcICQoLDA0ODw$aGFzaGhhc2hoYXNoaGFzaA", "too_costly_hash"),
        ("$firebase-scrypt$ln=22,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$aGFzaGhhc2hoYXNoaGFzaA", "too_costly_hash"),
        ("pbkdf2_sha256$4294967295$seasalt$YlZ2Vggtqdc61YjArZuoApoBh9JNGYoDRBUGu6tcJQo=", "too_costly_hash"),
        ("pbkdf2_sha1$3900000$seasalt$YlZ2Vggtqdc61YjArZuoApoBh9JNGYoDRBUGu6tcJQo=", "too_costly_hash"),
        ("$P$zIQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0", "too_costly_hash"),
        ("pbkdf2_sha256$0$seasalt$YlZ2Vggtqdc61YjArZuoApoBh9JNGYoDRBUGu6tcJQo=", "malformed_hash"),
        ("$scrypt$ln=0,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$aGFzaGhhc2hoYXNoaGFzaA", "malformed_hash"),
        ("$argon2id$v=19$m=7168,t=1,p=1$c2FsdA$aGFzaGhhc2hoYXNoaGFzaA", "malformed_hash"),
        ("$argon2id$v=19$m=7168,t=1,p=1,keyid=AA$c29tZXNhbHQ$aGFzaGhhc2hoYXNoaGFzaA", "malformed_hash"),
        ("$argon2id$v=19$m=7168,m=8,p=1$c29tZXNhbHQ$aGFzaGhhc2hoYXNoaGFzaA", "malformed_hash"),
        ("$argon2id$v=19$m=7168,t=1,p=1$c29tZXNhbHQ$", "malformed_hash"),
        ("$scrypt$ln=14,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$AA", "malformed_hash"),
        ("{SSHA}AAAA", "malformed_hash"),
        ("{SHA}u3atzceamewATCw2BGo6z8AzwcABAgMEBQYHCA==", "malformed_hash"),
        ("sha1$salt$", "malformed_hash"),
        ("md5$salt$zz86d0d3d465b7b458c231bf3555c0e3", "malformed_hash"),
        ("$2x$05$abcdefghijklmnopqrstuuE6PjLGXXrBslYFxtLUxzbKgk6.xrTEC", "malformed_hash"),
        ("$2b$05$abc", "malformed_hash"),
        ("$2b$05$あいうえおかきくけこさしすせそたち!!", "malformed_hash"),
        ("$P$9", "malformed_hash"),
        (&long, "malformed_hash"),
        ("open sesame", "unknown_hash"),
        ("", "unknown_hash"),
        ("$6$rounds=999999999$salt$hash", "unknown_hash"),
        ("{CRYPT}xx", "unknown_hash"),
        ("{SSHA", "unknown_hash"),
    ] {
        assert_eq!(ForeignHash::read(text).map_err(HashError::word), Err(word), "{text}");
    }
}

#[test]
fn what_a_hash_costs_is_written_and_read() {
    for text in [
        "$2b$10$abcdefghijklmnopqrstuuE6PjLGXXrBslYFxtLUxzbKgk6.xrTEC",
        "$argon2i$m=65536,t=2,p=1$c29tZXNhbHQ$9sTbSlTio3Biev89thdrlKKiCaYsjjYVJxGAL3swxpQ",
        "$scrypt$ln=14,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$my6yv8NTBm7WsjdErdjqWXA0bd4eu1Zxwv8XkrK/d/8",
        "pbkdf2_sha256$260000$seasalt$YlZ2Vggtqdc61YjArZuoApoBh9JNGYoDRBUGu6tcJQo=",
        "$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0",
        "{SHA}DlG3Na46oFA2vKrX+MaA5ntd6lg=",
    ] {
        let work = read(text).work();
        assert_eq!(Work::from_text(&work.text()), Some(work), "{text}");
        work.spend(b"nobody has this password");
    }
    for text in ["", "bcrypt", "bcrypt 31", "scrypt 40 8 1", "argon2id 19 1 0 0", "quick sha3"] {
        assert_eq!(Work::from_text(text), None, "{text}");
    }
}

#[test]
fn names_without_an_account_cost_what_accounts_do_as_often() {
    let shares = [("quick md5", 25), ("bcrypt 10", 50), ("", 25)];
    let of = |draw: u64| Work::drawn_from(shares.into_iter(), draw);
    let steps = (0..1000).map(|step| of(u64::MAX / 1000 * step + u64::MAX / 2000)).collect::<Vec<_>>();
    assert_eq!(steps.iter().filter(|work| matches!(work, Some(Work::Bcrypt(10)))).count(), 500);
    assert_eq!(steps.iter().filter(|work| work.is_none()).count(), 250);
    assert_eq!((of(0).map(Work::text), of(u64::MAX)), (Some("quick md5".to_owned()), None));
    assert_eq!(Work::drawn_from([].into_iter(), 7), None);
}
