//! The files that pages load: embedded, and addressed by their content, so that browsers may keep them for ever.

use std::sync::LazyLock;

use crate::base::digest::{base64url, sha256};

/// One embedded file.
#[derive(Debug)]
pub struct Asset {
    /// Its name in `templates/assets`.
    pub name: &'static str,
    /// Its media type.
    pub content_type: &'static str,
    /// Its content.
    pub content: &'static [u8],
    /// Its address: `/assets/<first letters of its digest>/<name>`.
    pub url: String,
}

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    vec![
        asset("hosho.css", "text/css; charset=utf-8", include_bytes!("../../templates/assets/hosho.css")),
        asset("hosho.js", "text/javascript; charset=utf-8", include_bytes!("../../templates/assets/hosho.js")),
        asset("work.js", "text/javascript; charset=utf-8", include_bytes!("../../templates/assets/work.js")),
        asset("form_post.js", "text/javascript; charset=utf-8", include_bytes!("../../templates/assets/form_post.js")),
        asset(
            "front_channel.js",
            "text/javascript; charset=utf-8",
            include_bytes!("../../templates/assets/front_channel.js"),
        ),
        asset(
            "check_session.js",
            "text/javascript; charset=utf-8",
            include_bytes!("../../templates/assets/check_session.js"),
        ),
        asset("passkey.js", "text/javascript; charset=utf-8", include_bytes!("../../templates/assets/passkey.js")),
        asset("favicon.svg", "image/svg+xml", include_bytes!("../../templates/assets/favicon.svg")),
    ]
});

/// The address of a file by its name.
pub fn url(name: &str) -> &'static str {
    ASSETS.iter().find(|asset| asset.name == name).map_or("", |asset| asset.url.as_str())
}

/// The file at an address, for the route that serves them. Another digest than the present one is an
/// address of another version: not found, lest a cache keep the wrong content under it.
pub fn find(digest: &str, name: &str) -> Option<&'static Asset> {
    let url = format!("/assets/{digest}/{name}");
    ASSETS.iter().find(|asset| asset.url == url)
}

fn asset(name: &'static str, content_type: &'static str, content: &'static [u8]) -> Asset {
    let digest: String = base64url(sha256(content)).chars().take(12).collect();
    Asset { name, content_type, content, url: format!("/assets/{digest}/{name}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leads_to_its_file_and_an_old_one_nowhere() {
        let address = url("hosho.css");
        let mut parts = address.trim_start_matches("/assets/").split('/');
        let (digest, name) = (parts.next().unwrap(), parts.next().unwrap());
        assert_eq!(find(digest, name).unwrap().name, "hosho.css");
        assert!(find("older", name).is_none());
    }
}
