//! An authenticator application, written from RFC 6238 and RFC 4648 with ring's HMAC alone: it reads the secret from
//! the page as a person does, and shows codes.

use hosho::base::Timestamp;
use hosho::base::id::Subject;
use hosho::base::time::minutes;
use hosho::domain::auth::totp::TotpId;
use hosho::store::auth::totp::{self, TotpRow};
use ring::hmac;

use super::{Answer, Browser, Server};

/// An application that has a secret.
#[derive(Clone)]
pub struct Authenticator {
    secret: Vec<u8>,
}

/// A second factor of an account.
pub struct SecondFactor {
    pub app: Authenticator,
    pub recovery_codes: Vec<String>,
}

impl Authenticator {
    /// Take over the secret that a page shows.
    pub fn scanning(page: &Answer) -> Self {
        let text = page.find("#totp-secret").unwrap_or_else(|| panic!("no secret on {}", page.text));
        let (mut bits, mut held, mut secret) = (0_u32, 0, Vec::new());
        for letter in text.bytes().filter(|byte| *byte != b' ') {
            let value = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".iter().position(|known| *known == letter).unwrap();
            bits = (bits << 5) | u32::try_from(value).unwrap();
            held += 5;
            if held >= 8 {
                held -= 8;
                secret.push(u8::try_from((bits >> held) & 255).unwrap());
            }
        }
        Self { secret }
    }

    /// The code of a moment.
    pub fn code(&self, now: Timestamp) -> String {
        let step = u64::try_from(now.seconds() / 30).unwrap();
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.secret);
        let tag = hmac::sign(&key, &step.to_be_bytes());
        let bytes = tag.as_ref();
        let offset = usize::from(bytes[19] & 15);
        let number = u32::from_be_bytes(bytes[offset..offset + 4].try_into().unwrap()) & 0x7fff_ffff;
        format!("{:06}", number % 1_000_000)
    }

    /// A code that is not that of any step near a moment.
    pub fn wrong_code(&self, now: Timestamp) -> String {
        let near: Vec<String> =
            (-3..=3).map(|step| self.code(Timestamp::from_seconds(now.seconds() + 30 * step))).collect();
        (0..).map(|number| format!("{number:06}")).find(|code| !near.contains(code)).unwrap()
    }
}

impl Server {
    /// Set up an authenticator application on my page of whoever has just signed in in the browser.
    pub async fn add_totp(&self, browser: &mut Browser) -> SecondFactor {
        let page = browser.get("/my/security/totp").await;
        let page = browser.submit(&page, "totp-begin", &[]).await;
        let app = Authenticator::scanning(&page);
        let code = app.code(self.clock.now());
        let done = browser.submit(&page, "totp-confirm", &[("code", &code), ("name", "スマホ")]).await;
        SecondFactor { app, recovery_codes: done.recovery_codes() }
    }
}

impl Server {
    /// An account with a second factor that nobody has.
    pub async fn give_lost_totp(&self, sub: &Subject) {
        let mut work = self.work();
        let now = work.now();
        let row = TotpRow {
            id: TotpId::from(sub.as_ref()),
            sub: sub.clone(),
            name: String::new(),
            sealed: Vec::new(),
            last_step: 0,
            made_at: now,
            expires_at: now.plus(minutes(1)),
            active_at: None,
            used_at: None,
        };
        totp::insert(work.tx(), &row).await.unwrap();
        assert!(totp::activate(work.tx(), &row.id, sub, 1, "lost", now).await.unwrap());
        work.commit().await.unwrap();
    }
}

impl Answer {
    /// The recovery codes that a page shows.
    pub fn recovery_codes(&self) -> Vec<String> {
        let page = scraper::Html::parse_document(&self.text);
        let items = scraper::Selector::parse(".codes code").unwrap();
        page.select(&items).map(|item| item.text().collect()).collect()
    }
}
