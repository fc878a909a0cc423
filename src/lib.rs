//! # Hosho: one ID for the customers of a company that makes things
//!
//! An OpenID Connect provider that knows what its users own: it gives each customer one ID, signs them in to
//! every service of the maker, and ties serial numbers and warranties to that ID's `sub`.
//!
//! ## The layers
//!
//! ```text
//!            cli                    commands; wires and starts
//!            demo                   the sample maker and its apps
//!       http    jobs                transport: request → service → response ; schedule → service
//!          service                  use cases: rules + store + events, one function each
//!            app                    App (state), Work (unit of work), keys
//!      store    gateway             SQL and ephemeral data ; mail, outbound HTTPS
//!      domain     oidc              what things are, what is allowed ; what the standards say
//!  config  jose  webauthn  i18n     settings ; keys and signatures ; passkeys as their standard has them ; words
//!            base                   ids, time, secrets, text, errors
//! ```
//!
//! A module imports only from rows below its own, and modules of one row do not import each other. Inside a layer
//! the folders are ordered too: `account ← auth ← registry ← oidc ← admin`. Reads may go from [`http`] to [`store`];
//! writes go through [`service`], because a write means rule, event and audit entry. The same name stands in every
//! layer: the rule, the SQL, the use case, the page and the test of a thing are files of one name.
//!
//! ## The ideas
//!
//! 1. **Pure in the middle, effects at the rim.** [`domain`] and [`oidc`] are plain values and functions, without
//!    SQL, HTTP, clock or randomness. They do not know each other.
//! 2. **One unit of work.** A request or job has one [`app::Work`]: at most one transaction, one instant, one actor,
//!    one list of recorded events. Returning `Ok` commits, returning `Err` leaves no trace; a refusal that must be
//!    remembered (a wrong password, a code used twice) is therefore an `Ok` outcome.
//! 3. **Closed sets are enums.** Two databases, two caches, three mailers, two clocks; the test's choice is one
//!    of them.
//! 4. **A route is one line** ([`http::route`]): method, path, who may, function. The API description, the metrics
//!    label, the authorization check and the tests that walk all routes follow from it.
//! 5. **Errors say who must act.** [`base::Error::Refused`] is for the caller, [`base::Error::Fault`] for the
//!    operator, [`oidc::error::OAuthError`] for the client.
//! 6. **Two databases, one SQL text** ([`store`]): SQLite with grouped commits, PostgreSQL for several instances.
//!
//! ## Words that mean one thing
//!
//! | word | means | not |
//! |---|---|---|
//! | `Client` | an OAuth client | a customer, who is an `Account` |
//! | `Grant` | what a subject allowed a client | a grant type |
//! | `Session` | a browser's session at the provider | the life of a token |
//! | `Registration` | a person's claim on a unit | client registration |
//! | `ProductModel`, `Unit` | an entry of the catalogue; one piece with a serial number | "product", which is a word of pages |
//! | `Attempt` | one sign-in in progress | |
//!
//! ## Two walks through the code
//!
//! **An authorization code.** `GET /authorize` arrives at `http/oidc/authorize.rs`, which reads the parameters and
//! calls `service/oidc/authorize.rs`. That loads the client and lets `oidc/authorize` judge: first whether client
//! and redirection URI can be trusted (if not, there is a page and never a redirect), then everything else. The
//! request is stored, and `oidc/authorize/interaction.rs` decides what is missing: sign-in, consent, or nothing. A
//! page of `http/sign_in` or `http/oidc/consent.rs` brings it back to that decision until it is "done": a grant and
//! a hashed code are stored, and the browser goes back to the client. `POST /token` authenticates the client
//! (`oidc/client_auth`), consumes the code by compare-and-set (`store/oidc/code.rs`), checks the conditions
//! (`oidc/token`), and signs with cached keys (`jose`).
//!
//! **A product registration.** `POST /my/products/add` arrives at `http/registry`, whose form is parsed into types
//! that cannot be wrong (`domain/registry/serial_number.rs`). `service/registry/register_unit.rs` looks up model,
//! unit and present owner, lets `domain/registry/registration.rs` decide (active, pending with reasons, disputed,
//! refused), and computes cover with `domain/registry/warranty.rs`. A partial unique index holds "one owner per
//! unit" on both databases. Audit entry and letter are written in the same commit; `jobs/outbox.rs` sends the letter
//! afterwards. The REST call `POST /registry/v1/me/registrations` walks the same way from the second step on.
//!
//! ## Invariants and the tests that hold them
//!
//! | invariant | `tests/it/invariants/` |
//! |---|---|
//! | imports go down, frameworks stay in their folder, a file has one subject | `layers.rs` |
//! | every SQL text prepares on both databases | `statements.rs` |
//! | every route stands in the permission matrix, and nobody gets in without credentials | `routes.rs` |
//! | migrations apply, again and at the same time | `migrations.rs` |
//! | every word exists in both languages, with the same arguments | the build itself (`src/i18n/build.rs`) |

pub mod app;
pub mod base;
pub mod cli;
pub mod config;
pub mod demo;
pub mod domain;
pub mod gateway;
pub mod http;
pub mod i18n;
pub mod jobs;
pub mod jose;
pub mod oidc;
pub mod service;
pub mod store;
pub mod webauthn;
