//! Other providers that people sign in with. Each is a table of its own, `[upstream.NAME]`; its name stands in addresses
//! and with what is linked, and is never changed.
//!
//! What is known of a service by its name needs no setting: with `preset` (or a table of the service's own name) the
//! operator enters what the service gave out, and nothing else.

use std::path::PathBuf;

use url::Url;

use super::setting::{Described, FromSetting, Given, SettingError};
use crate::base::Locale;
use crate::base::secret::Secret;
use crate::base::url::is_loopback;

/// Every provider, in the order of their names.
#[derive(Clone, Debug)]
pub struct UpstreamSettings(pub Vec<Upstream>);

/// One provider.
#[derive(Clone, Debug)]
pub struct Upstream {
    /// The name of its table.
    pub id: String,
    /// Which service it is.
    pub preset: Preset,
    /// Its issuer identifier.
    pub issuer: String,
    /// What it calls us.
    pub client_id: String,
    /// What it gave us to authenticate with, where that is a secret.
    pub client_secret: Option<Secret>,
    /// What a client's secret is made with at Apple.
    pub apple_key: Option<AppleKey>,
    /// Its name on pages in Japanese.
    pub name_ja: String,
    /// Its name on pages in English.
    pub name_en: String,
    /// What is asked for.
    pub scopes: Vec<String>,
    /// How it signs ID tokens.
    pub signed_with: SignedWith,
    /// Whether it answers by a form that the browser posts.
    pub form_post: bool,
    /// Whether people may open accounts with it; otherwise it is only linked.
    pub sign_up: bool,
}

/// A key that Apple gave out.
#[derive(Clone, Debug)]
pub struct AppleKey {
    /// Of the team.
    pub team_id: String,
    /// Of the key.
    pub key_id: String,
    /// The `.p8` file.
    pub file: PathBuf,
}

/// A service whose ways are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// Google.
    Google,
    /// Apple.
    Apple,
    /// LINE.
    Line,
    /// Yahoo! JAPAN, `YConnect` v2.
    YahooJapan,
    /// Any provider with discovery.
    Oidc,
}

/// How ID tokens are signed. It is said here and never taken from a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignedWith {
    /// With a key that the provider publishes, by RSASSA-PKCS1-v1_5.
    Rs256,
    /// With such a key, by RSASSA-PSS.
    Ps256,
    /// With such a key, by ECDSA.
    Es256,
    /// With such a key, by Ed25519.
    EdDsa,
    /// With the secret of the client, by HMAC.
    Hs256,
}

/// What HMAC with SHA-256 asks of a secret (RFC 7518 §3.2).
const SHORTEST_SECRET: usize = 32;

impl Preset {
    const ALL: [Self; 5] = [Self::Google, Self::Apple, Self::Line, Self::YahooJapan, Self::Oidc];

    /// The word of the setting.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Google => "google",
            Self::Apple => "apple",
            Self::Line => "line",
            Self::YahooJapan => "yahoo_japan",
            Self::Oidc => "oidc",
        }
    }

    const fn issuer(self) -> &'static str {
        match self {
            Self::Google => "https://accounts.google.com",
            Self::Apple => "https://appleid.apple.com",
            Self::Line => "https://access.line.me",
            Self::YahooJapan => "https://auth.login.yahoo.co.jp/yconnect/v2",
            Self::Oidc => "",
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Google => "Google",
            Self::Apple => "Apple",
            Self::Line => "LINE",
            Self::YahooJapan => "Yahoo! JAPAN",
            Self::Oidc => "",
        }
    }

    const fn scopes(self) -> &'static str {
        match self {
            Self::Google | Self::Line | Self::YahooJapan | Self::Oidc => "profile,email",
            Self::Apple => "name,email",
        }
    }
}

impl FromSetting for Preset {
    fn from_setting(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|preset| preset.word() == text);
        found.ok_or_else(|| "google, apple, line, yahoo_japan or oidc is expected".to_owned())
    }
}

impl FromSetting for SignedWith {
    fn from_setting(text: &str) -> Result<Self, String> {
        match text {
            "RS256" => Ok(Self::Rs256),
            "PS256" => Ok(Self::Ps256),
            "ES256" => Ok(Self::Es256),
            "EdDSA" => Ok(Self::EdDsa),
            "HS256" => Ok(Self::Hs256),
            _ => Err("RS256, PS256, ES256, EdDSA or HS256 is expected".to_owned()),
        }
    }
}

impl Upstream {
    /// Its name in the reader's language.
    pub fn name(&self, locale: Locale) -> &str {
        match locale {
            Locale::Ja => &self.name_ja,
            Locale::En => &self.name_en,
        }
    }

    /// The path that it sends the browser back to.
    pub fn callback(&self) -> String {
        format!("/sign-in/with/{}/callback", self.id)
    }
}

/// The settings of a provider: key, default, meaning.
const KEYS: [(&str, &str, &str); 14] = [
    (
        "preset",
        "",
        "google, apple, line, yahoo_japan, or oidc for any provider with OpenID Connect Discovery. Empty is the one that NAME says, else oidc. Several tables `[upstream.NAME]` are fine; NAME (small letters, digits, _) stands in the callback address ISSUER/sign-in/with/NAME/callback, which the provider has to know, and is never changed.",
    ),
    ("client_id", "", "What the provider calls this server: at LINE the channel ID, at Apple the services ID."),
    (
        "client_secret",
        "",
        "What the provider gave out to authenticate with: at LINE the channel secret. Not for Apple.",
    ),
    ("issuer", "", "The provider's issuer identifier, for oidc only."),
    ("name_ja", "", "What it is called on pages in Japanese, for oidc only."),
    ("name_en", "", "What it is called on pages in English, for oidc only."),
    ("scopes", "", "What is asked for beside openid. Empty is name or profile, and email."),
    ("signed_with", "RS256", "How it signs ID tokens (RS256, PS256, ES256, EdDSA, HS256), for oidc only."),
    (
        "form_post",
        "false",
        "Whether its answer comes by a form that the browser posts (response_mode=form_post), for oidc only.",
    ),
    (
        "sign_up",
        "true",
        "Whether people may open accounts with it. Otherwise it can only be linked to accounts that there are.",
    ),
    ("team_id", "", "Apple's identifier of the team, for apple only."),
    ("key_id", "", "Apple's identifier of the key, for apple only."),
    (
        "key_file",
        "",
        "The key that Apple gave out, a .p8 file, for apple only. Secrets are made with it when they are needed.",
    ),
    ("enabled", "true", "Whether people can sign in with it at the moment."),
];

/// The key of a variable such as `HOSHO_UPSTREAM_LINE_CLIENT_ID`.
pub(super) fn key_of_variable(variable: &str) -> Option<String> {
    let rest = variable.strip_prefix("HOSHO_UPSTREAM_")?;
    KEYS.iter().find_map(|(key, ..)| {
        let name = rest.strip_suffix(&key.to_uppercase())?.strip_suffix('_')?;
        Some(format!("upstream.{}.{key}", name.to_lowercase()))
    })
}

impl UpstreamSettings {
    pub(super) fn take(given: &mut Given) -> Result<Self, SettingError> {
        let mut providers = Vec::new();
        for id in given.tables_of("upstream") {
            let (provider, enabled) = take(given, &id)?;
            if enabled {
                providers.push(provider);
            }
        }
        Ok(Self(providers))
    }

    pub(super) fn describe(list: &mut Vec<Described>) {
        for (key, default, about) in KEYS {
            list.push(Described { key: format!("upstream.NAME.{key}"), default, about: about.to_owned() });
        }
    }
}

fn take(given: &mut Given, id: &str) -> Result<(Upstream, bool), SettingError> {
    let wrong = |key: &str, why: &str| Err(SettingError(format!("upstream.{id}.{key}: {why}")));
    let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if id.is_empty() || id.len() > 32 || !id.chars().all(is_name) {
        return Err(SettingError(format!("upstream.{id}: a name of small letters, digits and _ is expected")));
    }
    let mut taking = Taking { given, id };
    let preset = match taking.take::<Option<Preset>>("preset")? {
        Some(preset) => preset,
        None => Preset::from_setting(id).unwrap_or(Preset::Oidc),
    };
    let (client_id, client_secret) = (taking.text("client_id")?, taking.take::<Option<Secret>>("client_secret")?);
    let (issuer, name_ja, name_en) = (taking.text("issuer")?, taking.text("name_ja")?, taking.text("name_en")?);
    let (team_id, key_id, file) = (taking.text("team_id")?, taking.text("key_id")?, taking.text("key_file")?);
    let scopes = taking.text("scopes")?;
    let (signed_with, form_post) = (taking.take("signed_with")?, taking.take("form_post")?);
    let (sign_up, enabled) = (taking.take("sign_up")?, taking.take("enabled")?);

    if client_id.is_empty() {
        return wrong("client_id", "needed: the provider gives it out");
    }
    let (is_apple, is_oidc) = (preset == Preset::Apple, preset == Preset::Oidc);
    for (key, value, is_its) in [
        ("issuer", &issuer, is_oidc),
        ("name_ja", &name_ja, is_oidc),
        ("name_en", &name_en, is_oidc),
        ("team_id", &team_id, is_apple),
        ("key_id", &key_id, is_apple),
        ("key_file", &file, is_apple),
    ] {
        if value.is_empty() == is_its {
            return wrong(key, if is_its { "needed" } else { "not a setting of this preset" });
        }
    }
    if client_secret.is_none() != is_apple {
        return wrong("client_secret", if is_apple { "Apple's is made with key_file" } else { "needed" });
    }
    if is_apple && !key_id.chars().chain(team_id.chars()).all(|c| c.is_ascii_alphanumeric()) {
        return wrong("key_id", "letters and digits are expected, in team_id too");
    }
    if is_oidc && !is_issuer(&issuer) {
        return wrong("issuer", "an https URL without query and fragment is expected");
    }
    let signed_with = match preset {
        Preset::Oidc => signed_with,
        Preset::Line => SignedWith::Hs256,
        Preset::Google | Preset::Apple | Preset::YahooJapan => SignedWith::Rs256,
    };
    let is_short = |secret: &Secret| secret.expose().len() < SHORTEST_SECRET;
    if signed_with == SignedWith::Hs256 && client_secret.as_ref().is_some_and(is_short) {
        return wrong("client_secret", "at least 32 characters are needed for ID tokens signed with it");
    }
    let named = |name: String| if is_oidc { name } else { preset.name().to_owned() };
    let provider = Upstream {
        id: id.to_owned(),
        preset,
        issuer: if is_oidc { issuer } else { preset.issuer().to_owned() },
        client_id,
        client_secret,
        apple_key: is_apple.then(|| AppleKey { team_id, key_id, file: file.into() }),
        name_ja: named(name_ja),
        name_en: named(name_en),
        scopes: Vec::from_setting(if scopes.is_empty() { preset.scopes() } else { &scopes }).unwrap_or_default(),
        signed_with,
        form_post: is_apple || form_post,
        sign_up,
    };
    Ok((provider, enabled))
}

/// The settings of one table, while they are read.
struct Taking<'a> {
    given: &'a mut Given,
    id: &'a str,
}

impl Taking<'_> {
    fn take<T: FromSetting>(&mut self, key: &str) -> Result<T, SettingError> {
        let default = KEYS.iter().find(|(known, ..)| *known == key).map_or("", |(_, default, _)| default);
        self.given.take(&format!("upstream.{}.{key}", self.id), default)
    }

    fn text(&mut self, key: &str) -> Result<String, SettingError> {
        self.take(key)
    }
}

fn is_issuer(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| {
        let scheme_is_fine = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(&url));
        let is_plain = url.query().is_none() && url.fragment().is_none();
        scheme_is_fine && is_plain && url.username().is_empty() && url.password().is_none()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    const SECRET: &str = "0123456789abcdef0123456789abcdef";

    fn read(text: &str) -> Result<Vec<Upstream>, String> {
        let mut given = Given::nothing();
        given.read_file("hosho.toml", text).map_err(|error| error.0)?;
        let providers = UpstreamSettings::take(&mut given).map_err(|error| error.0)?.0;
        given.refuse_the_rest().map_err(|error| error.0)?;
        Ok(providers)
    }

    #[test]
    fn a_preset_needs_nothing_but_what_the_service_gave_out() {
        let text = format!(
            "[upstream.line]\nclient_id = '1234567890'\nclient_secret = '{SECRET}'\n[upstream.corp]\nissuer = \
             'https://idp.example'\nclient_id = 'x'\nclient_secret = 'y'\nname_ja = '社員'\nname_en = 'Staff'\n\
             [upstream.g]\npreset = 'google'\nclient_id = 'x'\nclient_secret = 'y'\nenabled = false\n"
        );
        let providers = read(&text).unwrap();
        let [corp, line] = providers.as_slice() else { panic!("{providers:?}") };
        assert_eq!((corp.preset, corp.name(Locale::En), corp.form_post), (Preset::Oidc, "Staff", false));
        assert_eq!(corp.signed_with, SignedWith::Rs256);
        assert_eq!((line.preset, line.issuer.as_str()), (Preset::Line, "https://access.line.me"));
        assert_eq!(line.signed_with, SignedWith::Hs256);
        assert_eq!(line.callback(), "/sign-in/with/line/callback");
    }

    #[test]
    fn variables_name_the_provider_and_the_setting() {
        let given = [
            ("HOSHO_UPSTREAM_YAHOO_JAPAN_CLIENT_ID", "x"),
            ("HOSHO_UPSTREAM_YAHOO_JAPAN_CLIENT_SECRET", "y"),
            ("HOSHO_UPSTREAM_IOS_PRESET", "apple"),
            ("HOSHO_UPSTREAM_IOS_CLIENT_ID", "example.maker.id"),
            ("HOSHO_UPSTREAM_IOS_TEAM_ID", "TEAM"),
            ("HOSHO_UPSTREAM_IOS_KEY_ID", "KEY"),
            ("HOSHO_UPSTREAM_IOS_KEY_FILE", "key.p8"),
        ];
        let config = Config::from_variables(&given).unwrap();
        let presets: Vec<_> =
            config.upstream.0.iter().map(|provider| (provider.id.as_str(), provider.preset)).collect();
        assert_eq!(presets, [("ios", Preset::Apple), ("yahoo_japan", Preset::YahooJapan)]);
        assert!(config.upstream.0[0].form_post);
    }

    #[test]
    fn what_is_missing_or_does_not_belong_is_refused_by_name() {
        for (text, named) in [
            ("[upstream.google]\nclient_secret = 'x'", "upstream.google.client_id: "),
            ("[upstream.google]\nclient_id = 'x'", "upstream.google.client_secret: "),
            ("[upstream.line]\nclient_id = 'x'\nclient_secret = 'short'", "upstream.line.client_secret: "),
            ("[upstream.apple]\nclient_id = 'x'\nteam_id = 'x'\nkey_id = 'x'", "upstream.apple.key_file: "),
            (
                "[upstream.google]\nclient_id = 'x'\nclient_secret = 'x'\nissuer = 'https://x'",
                "upstream.google.issuer: ",
            ),
            ("[upstream.corp]\nclient_id = 'x'\nclient_secret = 'x'", "upstream.corp.issuer: "),
            ("[upstream.corp]\npreset = 'facebook'", "upstream.corp.preset (hosho.toml, line 2): "),
            ("[upstream.Corp]\nclient_id = 'x'", "upstream.Corp: "),
            ("[upstream]\nline = 'x'", "upstream.line (hosho.toml, line 2): "),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.starts_with(named), "{text}: {error}");
        }
        let oidc = "[upstream.corp]\nclient_id = 'x'\nclient_secret = 'x'\nname_ja = 'x'\nname_en = 'x'\nissuer = ";
        for bad in ["http://idp.example", "https://idp.example/?x", "https://a@idp.example", "idp.example", "file:///x"]
        {
            let error = read(&format!("{oidc}'{bad}'")).unwrap_err();
            assert!(error.starts_with("upstream.corp.issuer: "), "{bad}: {error}");
        }
    }
}
