//! `hosho demo`: a sample maker with its customers, two apps that sign in by OpenID Connect, and a mailbox, in one
//! process and without set-up. Its data is in a folder of its own; the apps know Hosho only by its addresses.

mod apps;
mod drawing;
mod eml;
mod mailbox;
mod maker;
mod member_site;
mod product_card;
mod relying_party;
mod shop;
mod site;
mod support_site;

use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::Arc;

use tokio::net::TcpListener;

use crate::app::{App, database_of};
use crate::base::random::Random;
use crate::base::secret::Secret;
use crate::base::{Clock, Fault, Result};
use crate::config::sign_in::SecondFactor;
use crate::config::{Config, Issuer};
use crate::{http, jobs, store};
use apps::Apps;
use mailbox::Mailbox;
use maker::people::{ADMINISTRATOR, PASSWORD, PEOPLE};
use member_site::MemberSite;
use relying_party::RelyingParty;
use site::Places;

/// How the demo is to run.
#[derive(Clone, Copy, Debug)]
pub struct Wish {
    /// Hosho's port; shop, support site and mailbox have the three after it.
    pub port: u16,
    /// Throw away what was done in it.
    pub fresh: bool,
}

/// Make the sample data where there is none, start everything, and run until `stop`. `tell` gets what to open,
/// once everything answers.
pub async fn run(
    config: Config,
    wish: Wish,
    stop: impl Future<Output = ()> + Send,
    tell: impl FnOnce(String),
) -> Result<()> {
    // The ports come first: a demo that is running already keeps its data.
    let [hosho, shop_port, support_port, mailbox_port] = listen(wish.port).await?;
    let folder = config.top.data_dir.join("demo");
    let config = config_of(config, wish.port)?;
    let marker = folder.join("apps.json");
    if wish.fresh || !marker.exists() {
        // Without the marker the making of the data was interrupted.
        remove(&folder)?;
    }
    store::migrate::migrate(&database_of(&config)?).await?;
    let places = Places::at(wish.port);
    let apps = match Apps::read(&marker)? {
        Some(apps) if apps.are_at(&places) => apps,
        known => prepare(&config, &places, &folder, known.is_none()).await?,
    };

    let app = App::open(config, Clock::System, Random::system()).await?;
    let shop = member_site(&places, &apps.shop, "shop")?;
    let support = member_site(&places, &apps.support, "support")?;
    let labels = maker::seed::free_pieces(&app)?;
    let mailbox =
        Arc::new(Mailbox { folder: folder.join("mail"), places: places.clone(), app: Arc::clone(&app), labels });
    let servers = [
        tokio::spawn(async move { axum::serve(shop_port, shop::pages(Arc::new(shop))).await }),
        tokio::spawn(async move { axum::serve(support_port, support_site::pages(Arc::new(support))).await }),
        tokio::spawn(async move { axum::serve(mailbox_port, mailbox::pages(mailbox)).await }),
    ];
    tell(what_to_open(&places, &folder));

    let jobs = jobs::start(&app);
    let served = http::listen(&app, vec![http::Door::plain(hosho)], http::site(&app), stop).await;
    jobs.into_iter().for_each(|job| job.abort());
    servers.into_iter().for_each(|server| server.abort());
    app.db.close().await;
    served
}

async fn listen(first: u16) -> Result<[TcpListener; 4]> {
    let bind = async |more: u16| {
        let port = first.checked_add(more).ok_or_else(|| Fault::new("--port: four ports are needed from there on"))?;
        TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(|error| {
            Fault::because(format!("port {port} is taken, perhaps by another demo; choose others with --port"), error)
        })
    };
    Ok([bind(0).await?, bind(1).await?, bind(2).await?, bind(3).await?])
}

/// The operator's settings with everything replaced that names a place: the demo touches nothing of theirs.
fn config_of(mut config: Config, port: u16) -> Result<Config> {
    let folder = config.top.data_dir.join("demo");
    config.top.issuer = Issuer::parse(&format!("http://localhost:{port}")).map_err(Fault::new)?;
    config.top.listen = (Ipv4Addr::LOCALHOST, port).into();
    config.top.keys_dir = folder.join("keys");
    config.top.key_encryption_key = None;
    config.top.data_dir = folder;
    config.top.display_name = "Kazemachi ID".to_owned();
    config.database.url = None;
    config.redis.url = None;
    config.mail.url = Secret::new("folder:");
    // The sample's staff can be tried without a telephone.
    config.sign_in.staff_second_factor = SecondFactor::Optional;
    Ok(config)
}

fn remove(folder: &Path) -> Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Fault::because(format!("{} cannot be removed", folder.display()), error).into())
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Put the sample data in, if it is not there, and register the apps at their present addresses. The marker is
/// written last.
async fn prepare(config: &Config, places: &Places, folder: &Path, is_empty: bool) -> Result<Apps> {
    let mut config = config.clone();
    // The letters about a hundred registrations would bury the ones that the visitor is waiting for.
    config.mail.url = Secret::new("memory:");
    let app = App::open(config, Clock::System, Random::system()).await?;
    if is_empty {
        maker::seed::seed(&app, &folder.join("imported")).await?;
        jobs::deliver_due_letters(&app).await?;
    }
    let apps = Apps::register(&app, places).await?;
    apps.write(&folder.join("apps.json"))?;
    app.db.close().await;
    Ok(apps)
}

fn member_site(places: &Places, known_as: &apps::Credentials, name: &'static str) -> Result<MemberSite> {
    let is_shop = name == "shop";
    let home = if is_shop { &places.shop } else { &places.support };
    let scopes = if is_shop { shop::SCOPES } else { support_site::SCOPES };
    Ok(MemberSite {
        name,
        cookie: if is_shop { shop::COOKIE } else { support_site::COOKIE },
        title: if is_shop { |words| words.demo_shop_title() } else { |words| words.demo_support_title() },
        relying_party: RelyingParty::new(&places.hosho, home, known_as, scopes, Random::system())?,
        places: places.clone(),
    })
}

fn what_to_open(places: &Places, folder: &Path) -> String {
    let Places { hosho, shop, support, mailbox } = places;
    let customers: Vec<String> = PEOPLE.iter().take(2).map(|person| person.email()).collect();
    format!(
        "風待製作所 (Kazemachi Works), a sample maker, is open:\n\n\
         \x20 {shop}   風待ストア / the shop: begin here\n\
         \x20 {support}   風待サポート / the support site\n\
         \x20 {mailbox}   届いたメール / letters, and labels of products to register\n\
         \x20 {hosho}   Kazemachi ID / Hosho itself: /my is what customers see, /api describes the APIs\n\n\
         \x20 customers      {}  (日本語), {}  (English)\n\
         \x20 administrator  {ADMINISTRATOR}\n\
         \x20 password       {PASSWORD}\n\n\
         Or sign up as yourself: the code arrives in the mailbox. Ctrl-C stops.\n\
         What you do is kept in {}; --fresh starts over.",
        customers[0],
        customers[1],
        folder.display(),
    )
}
