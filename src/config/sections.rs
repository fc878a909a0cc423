//! Every setting, with its default and its meaning. `hosho config` prints this file's contents.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use http::HeaderName;

use super::allowed_host::AllowedHost;
use super::issuer::Issuer;
use super::link::Link;
use super::network::Network;
use super::passkey::{AndroidApp, AppleApp, PasskeyDomain, WebOrigin};
use super::setting::section;
use super::sign_in::{ProofOfWork, SecondFactor, SignInLetters};
use crate::base::secret::Secret;

section! {
    /// Settings without a section.
    Top in "" {
        /// The name under which everything is published: an https URL, or http on this machine for trying out.
        issuer: Issuer = "http://localhost:8080",
        /// The address to listen on.
        listen: SocketAddr = "127.0.0.1:8080",
        /// Where the embedded database, letters and files are kept.
        data_dir: PathBuf = "./data",
        /// Where the key-encryption key is kept, apart from the data.
        keys_dir: PathBuf = "./keys",
        /// The key-encryption key itself (32 bytes, base64) instead of the file `key-encryption.key` in `keys_dir`.
        key_encryption_key: Option<Secret> = "",
        /// The time zone of the maker, for dates on pages without one of their own.
        time_zone: String = "Asia/Tokyo",
        /// The name of the maker or its ID service, shown on pages and in letters.
        display_name: String = "Hosho",
    }
}

section! {
    /// The maker's own pages, linked at the foot of every page and named in the metadata for clients.
    SiteSettings in "site" {
        /// The privacy policy. Empty is none.
        privacy_policy: Option<Link> = "",
        /// The terms of service. Empty is none.
        terms_of_service: Option<Link> = "",
        /// What developers of clients should read, for the metadata. Empty is none.
        documentation: Option<Link> = "",
    }
}

section! {
    /// The database.
    DatabaseSettings in "database" {
        /// `sqlite:PATH` or `postgres://USER:PASSWORD@HOST/NAME`. Empty is `hosho.db` in `data_dir`.
        url: Option<Secret> = "",
        /// The most connections to PostgreSQL, once for reading and once for writing.
        connections: u32 = "16",
        /// Whether serve brings the database to this version before it starts.
        migrate: bool = "true",
    }
}

section! {
    /// Redis, for several instances: rate limits and change notices.
    RedisSettings in "redis" {
        /// `redis://HOST:PORT`. Empty keeps them in memory, which is right for one instance.
        url: Option<Secret> = "",
    }
}

section! {
    /// Requests.
    ServerSettings in "server" {
        /// Networks whose X-Forwarded-For header is believed, such as 10.0.0.0/8.
        trusted_proxies: Vec<Network> = "",
        /// The largest body of a form or protocol request, in bytes.
        body_limit: usize = "65536",
        /// The largest body of an API request, in bytes.
        api_body_limit: usize = "1048576",
        /// How long the headers of a request may take.
        header_timeout: Duration = "10s",
        /// How long the body of a request may take.
        body_timeout: Duration = "30s",
        /// How long a request may take in all.
        request_timeout: Duration = "30s",
        /// How long requests in flight may go on after SIGTERM.
        drain: Duration = "30s",
        /// The most connections at once.
        connections: usize = "10000",
    }
}

section! {
    /// TLS of our own, and the certificates of clients (RFC 8705).
    TlsSettings in "tls" {
        /// The server's certificate with those of its issuers, a PEM file. With it `listen` speaks HTTPS; empty
        /// leaves TLS to a proxy. Read again when it changes, and on SIGHUP.
        certificate: Option<PathBuf> = "",
        /// The private key of `certificate`, a PEM file.
        key: Option<PathBuf> = "",
        /// The address of a second listener, which asks clients for a certificate. It needs `certificate`.
        mtls_listen: Option<SocketAddr> = "",
        /// The https URL under which `mtls_listen`, or a proxy that asks for certificates, is reached: published as
        /// `mtls_endpoint_aliases`.
        mtls_url: Option<Issuer> = "",
        /// The authorities whose certificates `tls_client_auth` accepts, a PEM file; those between them and the clients
        /// too, where a proxy passes nothing but the client's own. Read again when it changes, and on SIGHUP.
        client_ca: Option<PathBuf> = "",
        /// The header in which a trusted proxy passes a client's certificate: as RFC 9440 says (Client-Cert), or as
        /// PEM in URL encoding.
        client_certificate_header: Option<HeaderName> = "",
        /// The header in which that proxy says SUCCESS where it has verified the certificate; with anything else there
        /// is none. Empty believes the proxy that it passes no other certificates.
        client_certificate_verify_header: Option<HeaderName> = "",
    }
}

section! {
    /// The log.
    LogSettings in "log" {
        /// What is written: error, warn, info, debug, trace, or directives such as info,hosho=debug.
        level: String = "info",
        /// json for machines, text for people.
        format: LogFormat = "text",
    }
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// For a terminal.
    Text,
}

impl super::setting::FromSetting for LogFormat {
    fn from_setting(text: &str) -> Result<Self, String> {
        match text {
            "json" => Ok(Self::Json),
            "text" => Ok(Self::Text),
            _ => Err("json or text is expected".to_owned()),
        }
    }
}

section! {
    /// Metrics for Prometheus.
    MetricsSettings in "metrics" {
        /// The address of the metrics listener, such as 127.0.0.1:9090. Empty is none.
        listen: Option<SocketAddr> = "",
    }
}

section! {
    /// Letters.
    MailSettings in "mail" {
        /// `folder:` (`mail` in `data_dir`), `folder:PATH`, `smtp://USER:PASSWORD@HOST:PORT` (STARTTLS) or `smtps://…`
        url: Secret = "folder:",
        /// The sender, as in Hosho <id@maker.example>.
        from: String = "Hosho <no-reply@localhost>",
        /// How often a letter is tried before it is given up.
        attempts: u32 = "12",
    }
}

section! {
    /// Passwords.
    PasswordSettings in "password" {
        /// The shortest password. NIST SP 800-63B-4 asks for 15 where the password is the only factor.
        min_length: usize = "12",
        /// The least strength by zxcvbn, from 0 to 4.
        min_strength: u32 = "3",
        /// The file that `hosho password breached import` has built: passwords in it are refused. Read again when it
        /// changes. Empty is none.
        breached_file: Option<PathBuf> = "",
        /// Argon2id memory in KiB.
        memory_kib: u32 = "19456",
        /// Argon2id passes.
        passes: u32 = "2",
        /// How many passwords are hashed at once. 0 is one fewer than the processors, at least one.
        hashing_at_once: usize = "0",
        /// How many more may wait; beyond it sign-in answers 503 with Retry-After.
        hashing_queue: usize = "64",
    }
}

section! {
    /// Passkeys.
    PasskeySettings in "passkey" {
        /// The domain that passkeys are bound to: the issuer's host, or a domain above it. Empty is the issuer's host.
        /// Whoever changes it later makes every passkey useless.
        rp_id: Option<PasskeyDomain> = "",
        /// Origins of other domains whose pages may use these passkeys, such as `https://brand.example`; listed at
        /// `/.well-known/webauthn`.
        related_origins: Vec<WebOrigin> = "",
        /// Apps for Apple's systems that may use these passkeys, each as TEAM.BUNDLE; listed at
        /// `/.well-known/apple-app-site-association`.
        apple_apps: Vec<AppleApp> = "",
        /// Apps for Android that may, each as `PACKAGE=FINGERPRINT` with the SHA-256 fingerprint of the certificate that
        /// it is signed with; listed at `/.well-known/assetlinks.json`.
        android_apps: Vec<AndroidApp> = "",
        /// Whether a passkey that counts its uses is refused where the count did not go on: it may have been copied.
        /// It is noted in the audit log in any case.
        refuse_old_count: bool = "true",
    }
}

section! {
    /// Sign-in and sign-up.
    SignInSettings in "sign_in" {
        /// Whether people may make accounts by themselves.
        sign_up: bool = "true",
        /// How long a sign-in in progress may take.
        attempt: Duration = "30m",
        /// How long what a session has proven counts when more is asked for; what is older is asked for again.
        step_up_keeps: Duration = "24h",
        /// Whether people may sign in by a code or a link that is sent by mail.
        mail_code: bool = "true",
        /// How long a browser that its owner trusts is not asked for the account's second factor. 0s is never; staff are
        /// always asked.
        trusted_browser: Duration = "30d",
        /// Whether staff need a second factor: required (they set one up at their next sign-in) or optional.
        staff_second_factor: SecondFactor = "required",
        /// Whether people get a letter when somebody signs in to their account from elsewhere: network (a browser or a
        /// network from which nobody has yet), browser (a browser alone) or off.
        new_sign_in_letters: SignInLetters = "network",
        /// How long the link "this was not me" of such a letter is good; at most 7d.
        not_me: Duration = "7d",
        /// Wrong passwords for one account before it is slowed down.
        account_failures: u32 = "10",
        /// The window of `account_failures`, and how long the slow-down lasts at first.
        account_window: Duration = "15m",
        /// Tries from one network before it is slowed down.
        network_tries: u32 = "100",
        /// The window of `network_tries`.
        network_window: Duration = "15m",
        /// Wrong passwords from one neighbourhood (256 IPv4 addresses, or a /48 of IPv6) in `network_window` before browsers
        /// that never signed in are slowed down there.
        neighbourhood_failures: u32 = "300",
        /// Wrong passwords from everywhere in five minutes, of browsers that never signed in to the account, from which on
        /// somebody is taken to be trying stolen lists: such browsers then need a proof of work or wait sooner, and passkeys
        /// and known browsers go on as before.
        stuffing_failures: u32 = "500",
        /// Whether forms that send letters ask browsers for a proof of work: auto (once a network has tried
        /// `proof_of_work_after` times in `network_window`), always or off.
        proof_of_work: ProofOfWork = "auto",
        /// The tries of a network from which on a proof of work is asked for.
        proof_of_work_after: u32 = "50",
        /// The zero bits of a proof of work, from 1 to 22; each more doubles the work. 16 is about a second.
        proof_of_work_bits: u32 = "16",
        /// Letters that a network gets, and passwords it tries, without the proof of work that is asked for, in
        /// `network_window`.
        without_work: u32 = "3",
        /// How long a code or link by mail is good.
        code: Duration = "15m",
        /// Wrong codes before a new one must be asked for.
        code_failures: u32 = "5",
        /// Letters to one address in an hour.
        letters_per_hour: u32 = "5",
    }
}

section! {
    /// Browser sessions.
    SessionSettings in "session" {
        /// A session ends after so long without use.
        idle: Duration = "2h",
        /// A session ends after so long in any case.
        absolute: Duration = "24h",
        /// The same where "stay signed in" was chosen.
        stay_idle: Duration = "30d",
        /// The same where "stay signed in" was chosen.
        stay_absolute: Duration = "90d",
    }
}

section! {
    /// What clients get.
    TokenSettings in "token" {
        /// The life of an authorization request from its first page to its code.
        request: Duration = "30m",
        /// How long a browser may take to come with the name of a pushed authorization request; less than 10m.
        pushed_request: Duration = "60s",
        /// The life of an authorization code; at most 60s.
        code: Duration = "60s",
        /// The life of an access token.
        access: Duration = "10m",
        /// The life of an ID token.
        id: Duration = "1h",
        /// A refresh token not used for so long is dead.
        refresh_idle: Duration = "30d",
        /// A refresh token family ends after so long in any case.
        refresh_absolute: Duration = "180d",
        /// How long the predecessor of an unused successor still gets that successor.
        refresh_grace: Duration = "10s",
        /// How long a device's code is good; at most 10m.
        device_code: Duration = "10m",
        /// How long a person who is asked in the back channel has to decide, where the client does not say.
        backchannel_request: Duration = "5m",
        /// The pause between two tries of a client that waits for what somebody decides elsewhere.
        poll_pause: Duration = "5s",
        /// How long a new signing key is published before it signs.
        key_lead: Duration = "1h",
        /// How long a key signs, or is published for encryption, before the next one is made. 0s is never.
        key_life: Duration = "90d",
    }
}

section! {
    /// What the protocol offers beyond OAuth 2.1 practice.
    ProtocolSettings in "protocol" {
        /// Whether clients may be registered with the profile `compatible`, which allows tokens in the front channel
        /// (implicit and hybrid flows) to those that ask for them.
        compatible_clients: bool = "false",
        /// Whether DPoP proofs must have a nonce of ours, so that they cannot be made in advance. Clients then ask twice
        /// at first.
        dpop_nonce: bool = "false",
        /// Whether pages of clients can ask by a frame whether the person is still signed in (OpenID Connect Session
        /// Management). Browsers that keep other sites' cookies apart make it useless there.
        session_management: bool = "false",
        /// Whether every client must push its authorization requests (RFC 9126). Profiles and clients may ask for it
        /// by themselves.
        require_pushed_requests: bool = "false",
        /// Whether `/conformance/ciba` decides requests in the name of whoever is asked, as the conformance suite needs.
        /// Never in production: anybody who reaches it can sign in as anybody.
        conformance_hooks: bool = "false",
    }
}

section! {
    /// Clients that the operator does not register.
    RegistrationSettings in "registration" {
        /// Who may register clients by POST to /register: off (nobody), token (whoever has an invitation, made by
        /// `hosho client invite`), open (anybody).
        mode: RegistrationMode = "off",
        /// Whether the address of a document that describes a client is an identifier like one of our own
        /// (draft-ietf-oauth-client-id-metadata-document): for agents that have never been here.
        metadata_documents: bool = "false",
        /// The hosts whose documents count, each as HOST or HOST:PORT. Empty is any.
        metadata_document_hosts: Vec<AllowedHost> = "",
        /// A client that nobody has allowed anything for so long is forgotten.
        unused: Duration = "30d",
        /// How many clients that nobody has allowed anything may exist at once.
        most_unused: u32 = "1000",
    }
}

/// Who may register clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegistrationMode {
    /// Nobody but the operator and staff.
    Off,
    /// Whoever was invited.
    Token,
    /// Anybody.
    Open,
}

impl super::setting::FromSetting for RegistrationMode {
    fn from_setting(text: &str) -> Result<Self, String> {
        match text {
            "off" => Ok(Self::Off),
            "token" => Ok(Self::Token),
            "open" => Ok(Self::Open),
            _ => Err("off, token or open is expected".to_owned()),
        }
    }
}

section! {
    /// The management API.
    ApiSettings in "api" {
        /// How recently staff must have signed in for what gives out secrets or changes what clients may do. Asked for
        /// more, an application sends them to sign in again (RFC 9470).
        recent_sign_in: Duration = "15m",
    }
}

section! {
    /// Rate limits of the protocol and the APIs.
    LimitSettings in "limit" {
        /// Requests to the token endpoint by one client in a minute.
        token_per_minute: u32 = "60000",
        /// Failed client authentications from one network in a minute.
        client_failures_per_minute: u32 = "60",
        /// Registrations and serial look-ups by one account in an hour.
        serials_per_hour: u32 = "60",
        /// Device authorization requests for one client from one network in a minute.
        devices_per_minute: u32 = "120",
        /// Requests of one client that ask people in the back channel, in a minute.
        backchannel_per_minute: u32 = "600",
        /// Wrong codes of devices from one network in a minute.
        user_codes_per_network: u32 = "10",
        /// Wrong codes of devices from everybody who is not signed in, in a minute.
        user_codes: u32 = "300",
        /// Authorization requests from one network in a minute.
        authorize_per_minute: u32 = "6000",
        /// Sign-ins through another provider begun from one network in a minute.
        upstream_per_minute: u32 = "600",
        /// Requests to register a client from one network in an hour.
        registrations_per_hour: u32 = "60",
        /// Documents of clients that were never here, asked for by one network in a minute.
        new_documents_per_minute: u32 = "30",
        /// Authorization requests that one client may push in a minute.
        pushed_per_minute: u32 = "6000",
    }
}

section! {
    /// Requests to clients and other servers: keys, request objects, logout and the like.
    FetchSettings in "fetch" {
        /// Hosts that may be in a private network and may be asked by plain http, each as HOST:PORT, or HOST for the
        /// port of the scheme. Everything else must be public and speak https.
        allow_hosts: Vec<AllowedHost> = "",
        /// A file with certificates (PEM) that are trusted beside the public authorities. Empty is none.
        ca_file: Option<PathBuf> = "",
        /// How long a request may take in all, its wait for a place included.
        timeout: Duration = "5s",
        /// How long connecting may take.
        connect_timeout: Duration = "2s",
        /// The largest answer, in bytes.
        body_limit: usize = "65536",
        /// How many documents are fetched at once; as many messages, such as logout tokens, are sent at once.
        at_once: usize = "64",
    }
}

section! {
    /// The life of accounts.
    AccountSettings in "account" {
        /// How long ago somebody may have signed in to change an address, to add or remove a passkey, to close the
        /// account or to take their data along; otherwise they sign in again first.
        recent_sign_in: Duration = "5m",
        /// How long the letter to an old address can bring it back, at least 72h.
        email_undo: Duration = "7d",
        /// How long somebody who closed their account may come back, before it is erased.
        close_undo: Duration = "14d",
        /// After how long without any use the owner of an account is written to; without an answer the account is
        /// closed and erased. Empty is never.
        dormant_after: Option<Duration> = "",
        /// How long the owner has to answer.
        dormant_notice: Duration = "30d",
        /// Whether people see the names of members of staff who used their record, or only their role.
        history_names_staff: bool = "false",
    }
}

section! {
    /// Words.
    WordSettings in "i18n" {
        /// A folder with ja/ and en/ whose .ftl files override words. Empty is none.
        folder: Option<PathBuf> = "",
    }
}
