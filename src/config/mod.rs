//! The settings: `hosho.toml`, overridden by `HOSHO_*` variables, read once at start.
//! An unknown or unsafe value refuses to start and names its key.

pub mod allowed_host;
pub mod issuer;
pub mod link;
pub mod network;
pub mod passkey;
pub mod sections;
mod setting;
pub mod sign_in;
pub mod upstream;

use std::path::{Path, PathBuf};

pub use issuer::Issuer;
use sections::{
    AccountSettings, ApiSettings, DatabaseSettings, FetchSettings, LimitSettings, LogSettings, MailSettings,
    MetricsSettings, PasskeySettings, PasswordSettings, ProtocolSettings, RedisSettings, RegistrationSettings,
    ServerSettings, SessionSettings, SignInSettings, SiteSettings, TlsSettings, TokenSettings, Top, WordSettings,
};
use setting::Given;
pub use setting::{Described, FromSetting, SettingError};
use upstream::UpstreamSettings;

use crate::base::secret::Secret;
use crate::base::time::{days, hours, millis, minutes, seconds};

macro_rules! config {
    ($($field:ident : $section:ty),+ $(,)?) => {
        /// Everything an operator can decide.
        #[derive(Clone, Debug)]
        pub struct Config {
            $(#[doc = concat!("The section `", stringify!($field), "`.")] pub $field: $section),+
        }

        impl Config {
            fn take(mut given: Given) -> Result<Self, SettingError> {
                let config = Self { $($field: <$section>::take(&mut given)?),+ };
                given.refuse_the_rest()?;
                config.check()?;
                Ok(config)
            }

            /// Every setting with its default and meaning, in the order of the file.
            pub fn describe() -> Vec<Described> {
                let mut list = Vec::new();
                $(<$section>::describe(&mut list);)+
                list
            }
        }
    };
}

config! {
    top: Top,
    site: SiteSettings,
    database: DatabaseSettings,
    redis: RedisSettings,
    server: ServerSettings,
    tls: TlsSettings,
    log: LogSettings,
    metrics: MetricsSettings,
    mail: MailSettings,
    password: PasswordSettings,
    passkey: PasskeySettings,
    sign_in: SignInSettings,
    upstream: UpstreamSettings,
    session: SessionSettings,
    token: TokenSettings,
    protocol: ProtocolSettings,
    registration: RegistrationSettings,
    api: ApiSettings,
    limit: LimitSettings,
    fetch: FetchSettings,
    account: AccountSettings,
    i18n: WordSettings,
}

impl Config {
    /// Read the file (`--config`, else `HOSHO_CONFIG`, else `./hosho.toml` where it exists), then the variables.
    pub fn load(file: Option<&Path>) -> Result<Self, SettingError> {
        Self::from_sources(file, &environment())
    }

    /// Every default, with the variables given. For tests and the demo.
    pub fn from_variables(variables: &[(&str, &str)]) -> Result<Self, SettingError> {
        let variables: Vec<_> = variables.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let mut given = Given::nothing();
        take_variables(&mut given, &variables);
        Self::take(given)
    }

    fn from_sources(file: Option<&Path>, variables: &[(String, String)]) -> Result<Self, SettingError> {
        let mut given = Given::nothing();
        let named = variables.iter().find(|(name, _)| name == "HOSHO_CONFIG").map(|(_, path)| PathBuf::from(path));
        let asked = file.map(Path::to_owned).or(named);
        let path = asked.clone().unwrap_or_else(|| PathBuf::from("./hosho.toml"));
        match std::fs::read_to_string(&path) {
            Ok(text) => given.read_file(&path.display().to_string(), &text)?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && asked.is_none() => {}
            Err(error) => return Err(SettingError(format!("{} cannot be read: {error}", path.display()))),
        }
        take_variables(&mut given, variables);
        Self::take(given)
    }

    /// What depends on several settings, or is safe in development only.
    fn check(&self) -> Result<(), SettingError> {
        let wrong = |key: &str, why: &str| Err(SettingError(format!("{key}: {why}")));
        if self.token.code > minutes(1) || self.token.code < seconds(1) {
            return wrong("token.code", "an authorization code lives from 1s to 60s");
        }
        if self.token.device_code > minutes(10) || self.token.device_code < minutes(1) {
            return wrong("token.device_code", "a device's code lives from 1m to 10m");
        }
        if self.token.backchannel_request > minutes(15) || self.token.backchannel_request < seconds(10) {
            return wrong("token.backchannel_request", "from 10s to 15m");
        }
        if self.token.poll_pause > minutes(1) || self.token.poll_pause < seconds(1) {
            return wrong("token.poll_pause", "from 1s to 60s");
        }
        // FAPI 2.0 Security Profile §5.3.2.2 wants less than 600 seconds.
        if self.token.pushed_request >= minutes(10) || self.token.pushed_request < seconds(1) {
            return wrong("token.pushed_request", "the name of a pushed request lives from 1s to less than 10m");
        }
        if self.token.refresh_grace > minutes(1) {
            return wrong("token.refresh_grace", "at most 60s");
        }
        if !(8..=64).contains(&self.password.min_length) {
            return wrong("password.min_length", "from 8 to 64");
        }
        if self.password.min_strength > 4 {
            return wrong("password.min_strength", "from 0 to 4");
        }
        if self.password.memory_kib < 7168 || self.password.memory_kib > 1_048_576 {
            return wrong("password.memory_kib", "from 7168 to 1048576");
        }
        if self.password.passes == 0 || self.password.passes > 20 {
            return wrong("password.passes", "from 1 to 20");
        }
        if crate::base::Timestamp::from_millis(0).date_in(&self.top.time_zone).is_none() {
            return wrong("time_zone", "a name of the IANA database such as Asia/Tokyo is expected");
        }
        if self.api.recent_sign_in < seconds(10) || self.api.recent_sign_in > hours(24) {
            return wrong("api.recent_sign_in", "from 10s to 24h");
        }
        if self.account.recent_sign_in < seconds(10) || self.account.recent_sign_in > hours(1) {
            return wrong("account.recent_sign_in", "from 10s to 1h");
        }
        if self.account.email_undo < hours(72) {
            return wrong("account.email_undo", "at least 72h: letters are not read every day");
        }
        if self.account.close_undo < days(7) || self.account.close_undo > days(30) {
            return wrong("account.close_undo", "from 7d to 30d");
        }
        if self.account.dormant_after.is_some_and(|after| after < days(180)) {
            return wrong("account.dormant_after", "at least 180d");
        }
        if self.account.dormant_notice < days(14) {
            return wrong("account.dormant_notice", "at least 14d: letters are not read every day");
        }
        if self.sign_in.not_me < hours(1) || self.sign_in.not_me > hours(7 * 24) {
            return wrong("sign_in.not_me", "from 1h to 7d");
        }
        if !(1..=22).contains(&self.sign_in.proof_of_work_bits) {
            return wrong("sign_in.proof_of_work_bits", "from 1 to 22");
        }
        if self.fetch.timeout < millis(100) || self.fetch.timeout > minutes(1) {
            return wrong("fetch.timeout", "from 100ms to 60s");
        }
        if self.fetch.connect_timeout < millis(100) || self.fetch.connect_timeout > self.fetch.timeout {
            return wrong("fetch.connect_timeout", "from 100ms to fetch.timeout");
        }
        if !(1024..=1 << 20).contains(&self.fetch.body_limit) {
            return wrong("fetch.body_limit", "from 1024 to 1048576");
        }
        if !(1..=1024).contains(&self.fetch.at_once) {
            return wrong("fetch.at_once", "from 1 to 1024");
        }
        if self.registration.unused < hours(1) {
            return wrong("registration.unused", "at least 1h: a client needs time until somebody signs in with it");
        }
        if self.session.idle > self.session.absolute || self.session.stay_idle > self.session.stay_absolute {
            return wrong("session", "the idle limits must not exceed the absolute ones");
        }
        if !self.top.issuer.is_loopback() && self.mail.from.contains("localhost") {
            return wrong("mail.from", "a sender of yours is needed once the issuer is not this machine");
        }
        let host = self.top.issuer.domain().unwrap_or_default();
        if self.passkey.rp_id.as_ref().is_some_and(|domain| !domain.covers(host)) {
            return wrong("passkey.rp_id", "the issuer's host or a domain above it is expected");
        }
        self.check_tls()
    }

    /// Settings of TLS that need each other.
    fn check_tls(&self) -> Result<(), SettingError> {
        let tls = &self.tls;
        let asks = tls.mtls_listen.is_some() || tls.client_certificate_header.is_some();
        let rules = [
            (tls.certificate.is_some() && tls.key.is_none(), "tls.key", "needed beside tls.certificate"),
            (tls.key.is_some() && tls.certificate.is_none(), "tls.certificate", "needed beside tls.key"),
            (
                tls.certificate.is_some() && !self.top.issuer.is_secure(),
                "issuer",
                "an https URL is needed where tls.certificate makes the server speak HTTPS",
            ),
            (
                tls.mtls_listen.is_some() && tls.certificate.is_none(),
                "tls.mtls_listen",
                "this listener speaks TLS: tls.certificate and tls.key are needed",
            ),
            (
                tls.mtls_listen == Some(self.top.listen),
                "tls.mtls_listen",
                "an address other than that of listen is needed",
            ),
            (
                tls.mtls_listen.is_some() && tls.mtls_url.is_none(),
                "tls.mtls_url",
                "needed beside tls.mtls_listen, so that clients find it",
            ),
            (tls.mtls_url.as_ref().is_some_and(|url| !url.is_secure()), "tls.mtls_url", "an https URL is expected"),
            (
                tls.mtls_url.is_some() && !asks,
                "tls.mtls_url",
                "nobody asks for certificates there: set tls.mtls_listen or tls.client_certificate_header",
            ),
            (
                tls.client_ca.is_some() && !asks,
                "tls.client_ca",
                "no client's certificate arrives: set tls.mtls_listen or tls.client_certificate_header",
            ),
            (
                tls.client_certificate_header.is_some() && self.server.trusted_proxies.is_empty(),
                "tls.client_certificate_header",
                "server.trusted_proxies must say whose header is believed",
            ),
            (
                tls.client_certificate_verify_header.is_some() && tls.client_certificate_header.is_none(),
                "tls.client_certificate_verify_header",
                "needed only beside tls.client_certificate_header",
            ),
            (
                tls.client_certificate_verify_header.is_some()
                    && tls.client_certificate_verify_header == tls.client_certificate_header,
                "tls.client_certificate_verify_header",
                "another header than tls.client_certificate_header is expected",
            ),
        ];
        match rules.into_iter().find(|(is_broken, ..)| *is_broken) {
            Some((_, key, why)) => Err(SettingError(format!("{key}: {why}"))),
            None => Ok(()),
        }
    }

    /// The URL of the database, with its default under the data folder.
    pub fn database_url(&self) -> Secret {
        self.database
            .url
            .clone()
            .unwrap_or_else(|| Secret::new(format!("sqlite:{}", self.top.data_dir.join("hosho.db").display())))
    }
}

/// `HOSHO_` + section + `_` + key in capitals.
fn take_variables(given: &mut Given, variables: &[(String, String)]) {
    let known: Vec<(String, String)> = Config::describe()
        .into_iter()
        .map(|setting| (format!("HOSHO_{}", setting.key.replace('.', "_").to_uppercase()), setting.key))
        .collect();
    for (name, value) in variables {
        let is_ours = name.starts_with("HOSHO_") && name != "HOSHO_CONFIG" && !name.starts_with("HOSHO_TEST_");
        if is_ours {
            // An unknown variable keeps its own name as key and is refused by it.
            let key = known.iter().find(|(variable, _)| variable == name).map(|(_, key)| key.clone());
            let key = upstream::key_of_variable(name).or(key);
            given.take_variable(key.as_ref().unwrap_or(name), name, value.clone());
        }
    }
}

fn environment() -> Vec<(String, String)> {
    std::env::vars_os().filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_accepted() {
        let config = Config::from_variables(&[]).unwrap();
        assert_eq!(config.top.issuer.as_str(), "http://localhost:8080");
        assert_eq!(config.database_url().expose(), "sqlite:./data/hosho.db");
    }

    #[test]
    fn unsafe_and_unknown_values_are_refused_by_name() {
        for (variable, value, named) in [
            ("HOSHO_ISSUER", "http://id.example", "issuer"),
            ("HOSHO_ISSUER", "https://id.example", "mail.from"),
            ("HOSHO_TOKEN_CODE", "5m", "token.code"),
            ("HOSHO_TOKEN_DEVICE_CODE", "11m", "token.device_code"),
            ("HOSHO_TOKEN_POLL_PAUSE", "0s", "token.poll_pause"),
            ("HOSHO_PASSWORD_MIN_LENGTH", "4", "password.min_length"),
            ("HOSHO_PASSKEY_RP_ID", "example.com", "passkey.rp_id"),
            ("HOSHO_PASSKEY_RELATED_ORIGINS", "http://brand.example", "passkey.related_origins"),
            ("HOSHO_PASSKEY_ANDROID_APPS", "com.example.app", "passkey.android_apps"),
            ("HOSHO_TOKN_CODE", "50s", "HOSHO_TOKN_CODE"),
            ("HOSHO_TIME_ZONE", "Asia/Edo", "time_zone"),
            ("HOSHO_SITE_PRIVACY_POLICY", "javascript:alert(1)", "site.privacy_policy"),
            ("HOSHO_SERVER_TRUSTED_PROXIES", "everything", "server.trusted_proxies"),
            ("HOSHO_FETCH_ALLOW_HOSTS", "rp.example:8443,*.internal", "fetch.allow_hosts"),
            ("HOSHO_FETCH_TIMEOUT", "1ms", "fetch.timeout"),
            ("HOSHO_FETCH_CONNECT_TIMEOUT", "6s", "fetch.connect_timeout"),
            ("HOSHO_FETCH_BODY_LIMIT", "0", "fetch.body_limit"),
            ("HOSHO_FETCH_AT_ONCE", "0", "fetch.at_once"),
            ("HOSHO_REGISTRATION_MODE", "maybe", "registration.mode"),
            ("HOSHO_REGISTRATION_UNUSED", "1m", "registration.unused"),
        ] {
            let error = Config::from_variables(&[(variable, value)]).unwrap_err().to_string();
            assert!(error.starts_with(named), "{variable}={value}: {error}");
        }
    }
    #[test]
    fn settings_of_tls_need_each_other() {
        const OWN: [(&str, &str); 4] = [
            ("HOSHO_ISSUER", "https://localhost:8443"),
            ("HOSHO_TLS_CERTIFICATE", "cert.pem"),
            ("HOSHO_TLS_KEY", "key.pem"),
            ("HOSHO_SERVER_TRUSTED_PROXIES", "10.0.0.0/8"),
        ];
        let with = |more: &[(&'static str, &'static str)]| {
            let mut all = OWN.to_vec();
            all.retain(|(name, _)| !more.iter().any(|(own, _)| own == name));
            all.extend(more);
            Config::from_variables(&all)
        };
        let (listen, url) =
            (("HOSHO_TLS_MTLS_LISTEN", "127.0.0.1:8444"), ("HOSHO_TLS_MTLS_URL", "https://mtls.example"));
        let header = ("HOSHO_TLS_CLIENT_CERTIFICATE_HEADER", "Client-Cert");
        let verify = ("HOSHO_TLS_CLIENT_CERTIFICATE_VERIFY_HEADER", "X-Verify");
        let authorities = ("HOSHO_TLS_CLIENT_CA", "ca.pem");
        with(&[listen, url, authorities]).unwrap();
        with(&[url, header, verify, authorities]).unwrap();
        for (more, named) in [
            (&[("HOSHO_TLS_KEY", "")][..], "tls.key: "),
            (&[("HOSHO_TLS_CERTIFICATE", "")], "tls.certificate: "),
            (&[("HOSHO_ISSUER", "http://localhost:8443")], "issuer: "),
            (&[listen, url, ("HOSHO_TLS_CERTIFICATE", ""), ("HOSHO_TLS_KEY", "")], "tls.mtls_listen: "),
            (&[("HOSHO_TLS_MTLS_LISTEN", "127.0.0.1:8080"), url], "tls.mtls_listen: "),
            (&[listen], "tls.mtls_url: "),
            (&[listen, ("HOSHO_TLS_MTLS_URL", "http://localhost:8444")], "tls.mtls_url: "),
            (&[listen, ("HOSHO_TLS_MTLS_URL", "https://mtls.example/path")], "tls.mtls_url (variable "),
            (&[url], "tls.mtls_url: "),
            (&[authorities], "tls.client_ca: "),
            (&[header, ("HOSHO_SERVER_TRUSTED_PROXIES", "")], "tls.client_certificate_header: "),
            (&[("HOSHO_TLS_CLIENT_CERTIFICATE_HEADER", "X_Client_Cert")], "tls.client_certificate_header (variable "),
            (&[("HOSHO_TLS_CLIENT_CERTIFICATE_HEADER", "Client Cert")], "tls.client_certificate_header (variable "),
            (&[verify], "tls.client_certificate_verify_header: "),
            (
                &[header, ("HOSHO_TLS_CLIENT_CERTIFICATE_VERIFY_HEADER", "client-cert")],
                "tls.client_certificate_verify_header: ",
            ),
        ] {
            let error = with(more).unwrap_err().to_string();
            assert!(error.starts_with(named), "{more:?}: {error}");
        }
    }
}
