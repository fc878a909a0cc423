//! From a name to addresses. An answer is used whole or not at all: a name that leads to one address that is not
//! public is not asked, whatever else it leads to. What comes out is what is connected to; nothing looks the name up
//! a second time, so that an answer that changes in between changes nothing.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs as _};
use std::sync::{Arc, Mutex, PoisonError};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::sync::Semaphore;

use super::address;

/// The most look-ups at once. One that was given up goes on until the system gives it up, too, and must not take
/// the threads that passwords are hashed on.
const AT_ONCE: usize = 16;

/// Who knows the addresses of names.
#[derive(Clone, Debug)]
pub enum Names {
    /// The system, with so many places for look-ups.
    System(Arc<Semaphore>),
    /// A table that tests write: each look-up takes the next answer, the last one stays.
    Table(Arc<Mutex<Table>>),
}

/// The answers for each name, in their order.
pub type Table = HashMap<String, Vec<Vec<IpAddr>>>;

impl Names {
    /// The system's resolver.
    pub fn system() -> Self {
        Self::System(Arc::new(Semaphore::new(AT_ONCE)))
    }

    /// A table.
    pub fn table(answers: &[(&str, &[&[IpAddr]])]) -> Self {
        let answers = answers.iter().map(|(name, answers)| {
            let answers = answers.iter().map(|addresses| addresses.to_vec()).collect();
            ((*name).to_owned(), answers)
        });
        Self::Table(Arc::new(Mutex::new(answers.collect())))
    }

    async fn look_up(self, name: String) -> std::io::Result<Vec<IpAddr>> {
        match self {
            Self::System(places) => {
                let place = places.acquire_owned().await.map_err(std::io::Error::other)?;
                let looking = tokio::task::spawn_blocking(move || {
                    let found = (name.as_str(), 0).to_socket_addrs();
                    drop(place);
                    found.map(|addresses| addresses.map(|address| address.ip()).collect())
                });
                looking.await.map_err(std::io::Error::other)?
            }
            Self::Table(table) => {
                let mut table = table.lock().unwrap_or_else(PoisonError::into_inner);
                match table.get_mut(&name) {
                    Some(answers) if answers.len() > 1 => Ok(answers.remove(0)),
                    Some(answers) => Ok(answers.first().cloned().unwrap_or_default()),
                    None => Err(std::io::Error::other("the name is not known")),
                }
            }
        }
    }
}

/// Looks names up for one of the two clients.
pub(super) struct Resolver {
    pub(super) names: Names,
    /// Whether addresses must be public; not so for hosts that the operator vouches for.
    pub(super) must_be_public: bool,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (names, must_be_public) = (self.names.clone(), self.must_be_public);
        Box::pin(async move {
            let found = names.look_up(name.as_str().to_owned()).await?;
            if must_be_public && !found.iter().all(|address| address::is_public(*address)) {
                return Err(NotPublic.into());
            }
            // Port 0 is the one of the URL.
            Ok(Box::new(found.into_iter().map(|address| SocketAddr::new(address, 0))) as Addrs)
        })
    }
}

/// The name leads to an address that is not public.
#[derive(Debug)]
pub(super) struct NotPublic;

impl std::fmt::Display for NotPublic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the name leads to an address that is not public")
    }
}

impl std::error::Error for NotPublic {}

#[cfg(test)]
mod tests {
    use super::*;

    const PUBLIC: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(8, 8, 8, 8));
    const PUBLIC_V6: IpAddr = IpAddr::V6(std::net::Ipv6Addr::new(0x2606, 0x4700, 0, 0, 0, 0, 0, 1));
    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);
    const HERE_V6: IpAddr = IpAddr::V6(std::net::Ipv6Addr::LOCALHOST);

    async fn resolve(resolver: &Resolver, name: &str) -> Option<Vec<IpAddr>> {
        let found = resolver.resolve(name.parse().unwrap()).await;
        found.map(|addresses| addresses.map(|address| address.ip()).collect()).ok()
    }

    /// (A160)
    #[tokio::test]
    async fn a_name_counts_only_if_all_its_addresses_are_public() {
        let names = Names::table(&[
            ("public.example", &[&[PUBLIC, PUBLIC_V6]]),
            ("inside.example", &[&[HERE]]),
            ("mixed.example", &[&[PUBLIC, HERE]]),
            ("mixed-family.example", &[&[PUBLIC, HERE_V6]]),
            // First the address that was vetted, then another one.
            ("rebinding.example", &[&[PUBLIC], &[HERE]]),
        ]);
        let resolver = Resolver { names, must_be_public: true };
        assert_eq!(resolve(&resolver, "public.example").await, Some(vec![PUBLIC, PUBLIC_V6]));
        for name in ["inside.example", "mixed.example", "mixed-family.example", "unknown.example"] {
            assert_eq!(resolve(&resolver, name).await, None, "{name}");
        }
        assert_eq!(resolve(&resolver, "rebinding.example").await, Some(vec![PUBLIC]));
        assert_eq!(resolve(&resolver, "rebinding.example").await, None);
    }

    #[tokio::test]
    async fn the_system_knows_localhost_and_it_is_not_public() {
        let vetting = Resolver { names: Names::system(), must_be_public: true };
        assert_eq!(resolve(&vetting, "localhost").await, None);
        let trusting = Resolver { names: Names::system(), must_be_public: false };
        assert!(resolve(&trusting, "localhost").await.unwrap().iter().all(IpAddr::is_loopback));
    }
}
