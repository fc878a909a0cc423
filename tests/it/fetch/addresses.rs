//! Nothing inside is asked, however it is named; what the operator allows is asked, and nothing beside it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use hosho::gateway::fetch::names::Names;
use hosho::gateway::fetch::{FetchError, Purpose};
use serde_json::json;

use super::{get, live, live_for, live_with};
use crate::support::WebHost;

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const PUBLIC: IpAddr = IpAddr::V4(Ipv4Addr::new(8, 8, 8, 8));

/// Ways to write this machine, as the host of a URL.
const THIS_MACHINE: &[&str] = &[
    "localhost",
    "LOCALHOST",
    "localhost.",
    "localhost.localdomain",
    "127.0.0.1",
    "127.0.0.1.",
    "127.1",
    "127.0.1",
    "127.255.255.254",
    "2130706433",
    "0x7f000001",
    "0x7F.0.0.0x1",
    "017700000001",
    "0177.0.0.1",
    "0177.0x0.0.1",
    "0",
    "0.0.0.0",
    "%31%32%37.0.0.1",
    "127%2e0%2e0%2e1",
    "１２７.０.０.１",
    "①②⑦.⓪.⓪.①",
    "127。0。0。1",
    "loca\u{ad}lhost",
    "ⓛocalhost",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[0000::0001]",
    "[::]",
    "[::127.0.0.1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::ffff:0:127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b:1::127.0.0.1]",
    "[2002:7f00:1::]",
    "[2001:0:7f00:1::]",
];

/// Other hosts that are not public.
const INSIDE: &[&str] = &[
    "10.0.0.1",
    "0xa.0.0.1",
    "100.64.0.1",
    "100.100.100.200",
    "168.63.129.16",
    "169.254.169.254",
    "0xa9fea9fe",
    "2852039166",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "[fd00:ec2::254]",
    "[fe80::1]",
    "[fec0::1]",
    "[ff02::1]",
    "[2001:db8::1]",
    "[::ffff:169.254.169.254]",
    "[64:ff9b::a9fe:a9fe]",
];

/// (A159)
#[tokio::test]
async fn nothing_inside_is_asked_however_it_is_written_a159() {
    let canary = WebHost::serving("{}");
    let port = canary.address.port();
    let fetch = live(&[]);
    for host in THIS_MACHINE.iter().chain(INSIDE) {
        let url = format!("https://{host}:{port}/jwks");
        let error = get(&fetch, &url).await.unwrap_err();
        for purpose in [Purpose::RequestUri, Purpose::SectorIdentifierUri, Purpose::ClientIdMetadata] {
            let got = fetch.get(purpose, &url, &purpose.wanted()).await;
            assert_eq!(got, Err(error), "{} {url}", purpose.name());
        }
        // A form that no resolver knows leads nowhere; neither of the two is told from the other.
        assert!(matches!(error, FetchError::NotPublic | FetchError::Unreachable), "{url}: {error:?}");
        assert_eq!(error.to_string(), "the host did not answer");
        let posted = fetch.post_form(Purpose::BackchannelLogout, &url, &[("logout_token", "t")]).await;
        assert_eq!(posted, Err(error), "{url}");
        let posted = fetch.post_json(Purpose::CibaNotification, &url, &json!({}), None).await;
        assert_eq!(posted, Err(error), "{url}");
        // Plain http is refused before anything else is looked at.
        assert_eq!(get(&fetch, &format!("http://{host}:{port}/jwks")).await, Err(FetchError::Url), "{host}");
    }
    assert_eq!(canary.connections(), 0);
}

/// (A159)
#[tokio::test]
async fn only_https_without_user_information_is_asked_a159() {
    let canary = WebHost::serving("{}");
    let here = canary.address;
    let fetch = live(&[]);
    for url in [
        "".to_owned(),
        "https://".to_owned(),
        "//rp.example/jwks".to_owned(),
        "/jwks".to_owned(),
        format!("http://{here}/"),
        format!("ftp://{here}/"),
        format!("ws://{here}/"),
        format!("gopher://{here}/_GET"),
        format!("dict://{here}/"),
        format!("unix:{here}"),
        "file:///etc/passwd".to_owned(),
        "data:application/json,{}".to_owned(),
        "javascript:alert(1)".to_owned(),
        "urn:ietf:params:oauth:request_uri:x".to_owned(),
        format!("https://rp.example@{here}/"),
        format!("https://rp.example:443@{here}/"),
        format!("https://:x@{here}/"),
        format!("https://{here}\\@rp.example/"),
        format!("https:\\\\{here}/"),
        format!("https://127.0.0.\t1:{}/", here.port()),
        format!(" https://{here}/"),
        format!("https://{here}/\r\nhost: x"),
        format!("https://[::1%25eth0]:{}/", here.port()),
        format!("https://rp.example/{}", "a".repeat(2100)),
    ] {
        assert_eq!(get(&fetch, &url).await, Err(FetchError::Url), "{url}");
        assert_eq!(fetch.accepts(&url), Err(FetchError::Url), "{url}");
    }
    assert_eq!(canary.connections(), 0);
}

/// (A159): a port where somebody listens, one where nobody does, and one behind a filter.
#[tokio::test]
async fn open_closed_and_filtered_are_one_answer_a159() {
    let open = WebHost::serving("{}");
    let fetch = live(&[]);
    for host in ["127.0.0.1", "localhost", "192.168.255.254"] {
        for port in [open.address.port(), 1, 9] {
            assert_eq!(get(&fetch, &format!("https://{host}:{port}/")).await, Err(FetchError::NotPublic), "{host}");
        }
    }
    assert_eq!(open.connections(), 0);
}

/// (A160): a name that leads inside, also as one of several or as the other family, whatever led from name to name.
#[tokio::test]
async fn a_name_that_leads_inside_is_not_asked_a160() {
    let canary = WebHost::serving("{}");
    let names = Names::table(&[
        ("inside.example", &[&[HERE]]),
        ("mixed.example", &[&[PUBLIC, HERE]]),
        ("family.example", &[&[PUBLIC, IpAddr::V6(Ipv6Addr::LOCALHOST)]]),
        ("mapped.example", &[&[IpAddr::V6(Ipv4Addr::LOCALHOST.to_ipv6_mapped())]]),
    ]);
    let fetch = live_with(names, "");
    for name in ["inside.example", "mixed.example", "family.example", "mapped.example"] {
        let url = format!("https://{name}:{}/", canary.address.port());
        assert_eq!(get(&fetch, &url).await, Err(FetchError::NotPublic), "{name}");
    }
    let unknown = get(&fetch, "https://unknown.example/").await.unwrap_err();
    assert_eq!(unknown.to_string(), FetchError::NotPublic.to_string());
    assert_eq!(canary.connections(), 0);
}

/// (A160): the name is looked up once for a connection, and what was found is connected to.
#[tokio::test]
async fn what_was_looked_up_is_what_is_connected_to_a160() {
    let host = WebHost::serving("{}");
    let port = host.address.port();
    let answers: &[&[IpAddr]] = &[&[HERE], &[PUBLIC]];
    let fetch = live_with(Names::table(&[("rp.example", answers)]), &format!("rp.example:{port}"));
    assert_eq!(get(&fetch, &format!("http://rp.example:{port}/jwks")).await.unwrap().body, b"{}");
    assert_eq!(host.connections(), 1);
    assert!(host.requests()[0].contains(&format!("host: rp.example:{port}\r\n")), "{:?}", host.requests());
}

/// (A162)
#[tokio::test]
async fn an_allowed_host_is_allowed_at_its_port_only_a162() {
    let (allowed, other) = (WebHost::serving("{}"), WebHost::serving("{}"));
    let fetch = live_for(&allowed, &[]);
    let url = |host: &str, of: &WebHost| format!("http://{host}:{}/", of.address.port());
    assert!(get(&fetch, &url("localhost", &allowed)).await.is_ok());
    assert!(get(&fetch, &url("LocalHost", &allowed)).await.is_ok());
    for refused in [
        url("localhost", &other),
        url("127.0.0.1", &allowed),
        url("localhost.", &allowed),
        url("a.localhost", &allowed),
        "http://localhost/".to_owned(),
    ] {
        assert_eq!(get(&fetch, &refused).await, Err(FetchError::Url), "{refused}");
        let secure = refused.replace("http:", "https:");
        let error = get(&fetch, &secure).await.unwrap_err();
        assert!(matches!(error, FetchError::NotPublic | FetchError::Unreachable), "{secure}: {error:?}");
    }
    assert_eq!((allowed.connections(), other.connections()), (2, 0));
}
