//! What is built once and shared by every request and job, and the unit of work.

pub mod breached;
pub mod client_ca;
pub mod clients;
pub mod documents;
pub mod encryption_keys;
pub mod key_document;
pub mod keys;
pub mod metrics;
pub mod passwords;
pub mod private_audit;
pub mod published_keys;
mod relying_party;
pub mod signing_keys;
pub mod tokens;
pub mod upstreams;
pub mod watched;
pub mod work;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::base::random::Random;
use crate::base::{Clock, Fault, Result};
use crate::config::Config;
use crate::config::link::Link;
use crate::config::sections::RegistrationMode;
use crate::gateway::fetch::Fetch;
use crate::gateway::mail::Mailer;
use crate::jose::seal::KeyEncryptionKey;
use crate::oidc::acr::Acr;
use crate::oidc::discovery::Document;
use crate::oidc::dpop::Nonces;
use crate::oidc::protected_resource::ProtectedResources;
use crate::oidc::server::{Certificates, Pages, Server};
use crate::oidc::subject::PairwiseKey;
use crate::store::db::{DatabaseUrl, Db};
use crate::store::ephemeral::Ephemeral;
use crate::webauthn::RelyingParty;
use client_ca::ClientCa;
use clients::Clients;
use documents::Documents;
use encryption_keys::EncryptionKeys;
use key_document::KeyDocument;
use passwords::Passwords;
use published_keys::PublishedKeys;
use signing_keys::SigningKeys;
use tokens::Tokens;
use upstreams::Upstreams;
pub use work::Work;

/// Everything a unit of work may touch.
pub struct App {
    /// The settings.
    pub config: Config,
    /// The database.
    pub db: Db,
    /// What may be lost.
    pub ephemeral: Ephemeral,
    /// The key that everything sealed depends on.
    pub kek: KeyEncryptionKey,
    /// Where passwords are hashed.
    pub passwords: Passwords,
    /// Who we are to passkeys; none where the issuer is an address and not a name.
    pub relying_party: Option<RelyingParty>,
    /// What tokens are signed with.
    pub keys: SigningKeys,
    /// What others encrypt for us with.
    pub encryption_keys: EncryptionKeys,
    /// The published ones of both, as they are sent.
    pub key_document: KeyDocument,
    /// What refresh tokens are derived from, and the access tokens that were checked.
    pub tokens: Tokens,
    /// The clients that were asked for lately.
    pub clients: Clients,
    /// Who vouches for certificates of clients.
    pub client_ca: ClientCa,
    /// This server as the rules of the protocol see it.
    pub server: Server,
    /// What it says about itself.
    pub metadata: Document,
    /// What proofs of possession must have, where that is asked for.
    pub nonces: Option<Nonces>,
    /// What its APIs say about themselves.
    pub protected_resources: ProtectedResources,
    /// What pairwise subjects are derived under.
    pub pairwise: PairwiseKey,
    /// How letters leave.
    pub mailer: Mailer,
    /// How other servers are asked.
    pub fetch: Fetch,
    /// What they answered lately.
    pub documents: Documents,
    /// The other providers that people can sign in with.
    pub upstreams: Upstreams,
    /// The keys among it.
    pub published_keys: PublishedKeys,
    /// The one clock.
    pub clock: Clock,
    /// The one source of randomness.
    pub random: Random,
    /// Wakes the outbox when a letter was written.
    pub outbox_ready: tokio::sync::Notify,
    /// Wakes whoever tells applications that a session has ended.
    pub logout_ready: tokio::sync::Notify,
    /// Wakes those who tell clients that people have decided.
    pub notification_ready: tokio::sync::Notify,
    draining: AtomicBool,
}

impl App {
    /// Open everything that the settings name. The database must have been migrated.
    pub async fn open(config: Config, clock: Clock, random: Random) -> Result<Arc<Self>> {
        let fetch = Fetch::live(&config.fetch, metrics::outbound_request)?;
        Self::open_with(config, clock, random, fetch).await
    }

    /// The same with another way to other servers.
    pub async fn open_with(config: Config, clock: Clock, random: Random, fetch: Fetch) -> Result<Arc<Self>> {
        let db = Db::open(&database_of(&config)?, config.database.connections).await?;
        let ephemeral = match &config.redis.url {
            Some(url) => Ephemeral::redis(url).await?,
            None => Ephemeral::memory(),
        };
        let kek = keys::load_key_encryption_key(&config, &random)?;
        let passwords = Passwords::new(&config.password, clock.clone(), random.clone())?;
        let keys = SigningKeys::open(&db, &kek, &config, &random, clock.now()).await?;
        let encryption_keys = EncryptionKeys::open(&db, &kek, &config, &random, clock.now()).await?;
        let tokens = Tokens::new(&kek);
        let clients = Clients::new(&ephemeral, clock.clone());
        let client_ca = ClientCa::open(&config)?;
        let relying_party = relying_party::of(&config);
        let mut acr = vec![Acr::Aal1, Acr::Aal2];
        acr.extend(relying_party.is_some().then_some(Acr::Phr));
        let server = Server {
            issuer: config.top.issuer.as_str().to_owned(),
            acr,
            compatible_clients: config.protocol.compatible_clients,
            registration: config.registration.mode != RegistrationMode::Off,
            metadata_documents: config.registration.metadata_documents,
            require_pushed_requests: config.protocol.require_pushed_requests,
            certificates: certificates_of(&config),
            mtls_url: config.tls.mtls_url.as_ref().map(|url| url.as_str().to_owned()),
            session_management: config.protocol.session_management,
            pages: pages(&config),
        };
        let nonces = config.protocol.dpop_nonce.then(|| Nonces::new(kek.derive("dpop nonce"), &server.issuer));
        let pairwise = PairwiseKey::new(*kek.derive("pairwise subject"));
        let mailer = Mailer::open(&config)?;
        let documents = Documents::new(fetch.clone(), clock.clone());
        let upstreams = Upstreams::open(&config.upstream, &fetch, &clock)?;
        Ok(Arc::new(Self {
            config,
            db,
            ephemeral,
            kek,
            passwords,
            relying_party,
            keys,
            encryption_keys,
            key_document: KeyDocument::default(),
            tokens,
            clients,
            client_ca,
            metadata: Document::of(&server),
            protected_resources: ProtectedResources::of(&server),
            server,
            nonces,
            pairwise,
            mailer,
            fetch,
            documents,
            upstreams,
            published_keys: PublishedKeys::default(),
            clock,
            random,
            outbox_ready: tokio::sync::Notify::new(),
            logout_ready: tokio::sync::Notify::new(),
            notification_ready: tokio::sync::Notify::new(),
            draining: AtomicBool::new(false),
        }))
    }
}

impl App {
    /// Whether the process is about to end: it is no longer ready, and finishes what it began.
    pub fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }

    /// From now on the process is about to end.
    pub fn begin_draining(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }
}

/// The maker's own pages, for the metadata.
fn pages(config: &Config) -> Pages {
    let link = |link: &Option<Link>| link.as_ref().map(Link::to_string);
    Pages {
        documentation: link(&config.site.documentation),
        policy: link(&config.site.privacy_policy),
        terms: link(&config.site.terms_of_service),
    }
}

/// Whether certificates of clients arrive by one of the two ways that the settings know.
fn certificates_of(config: &Config) -> Certificates {
    let tls = &config.tls;
    match (tls.mtls_listen.is_some() || tls.client_certificate_header.is_some(), &tls.client_ca) {
        (false, _) => Certificates::None,
        (true, None) => Certificates::SelfSigned,
        (true, Some(_)) => Certificates::Vouched,
    }
}

/// The database that the settings name.
pub fn database_of(config: &Config) -> Result<DatabaseUrl> {
    let url = config.database_url();
    let text = url.expose();
    if let Some(path) = text.strip_prefix("sqlite:") {
        let path = path.trim_start_matches("//");
        return Ok(DatabaseUrl::Sqlite(path.into()));
    }
    if text.starts_with("postgres://") || text.starts_with("postgresql://") {
        return Ok(DatabaseUrl::Postgres(url));
    }
    Err(Fault::new("database.url: sqlite:PATH or postgres://… is expected").into())
}
