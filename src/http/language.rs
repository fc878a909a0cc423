//! The language switcher: remembers the choice in a cookie, and with the account of somebody who is signed in,
//! and goes back to the page.

use super::extract::browser::{CookieName, set_cookie};
use super::extract::call::Call;
use super::respond::reply::{Reply, ReplyExt as _, see_other};
use super::route::{Access, Routes};
use crate::app::Work;
use crate::base::{Locale, Result};
use crate::domain::account::Field;
use crate::service::account::profile;

/// The form at the foot of every page.
pub fn routes() -> Routes {
    Routes::under("").form("/language", Access::Public, choose)
}

const YEAR: u64 = 365 * 86_400;

async fn choose(work: &mut Work, call: Call) -> Result<Reply> {
    let fields = call.form()?;
    let reply = see_other(local_path(fields.text("back")).unwrap_or("/my"));
    let Some(locale) = Locale::from_tag(fields.text("locale")) else { return Ok(reply) };
    if let Some(visitor) = &call.visitor {
        profile::change(work, &visitor.sub, &[(Field::Locale, locale.tag().to_owned())]).await?;
    }
    let issuer = &work.app().config.top.issuer;
    Ok(reply.with_cookie(&set_cookie(issuer, CookieName::Locale, locale.tag(), Some(YEAR))))
}

/// A path of ours to go to, or `None`: never another host, whatever a browser makes of it.
pub fn local_path(text: &str) -> Option<&str> {
    let begins_well = text.starts_with('/') && !text.starts_with("//") && !text.starts_with("/\\");
    let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    (begins_well && is_plain && text.len() <= 2048).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_ours_are_gone_to() {
        assert_eq!(local_path("/my/products?x=1"), Some("/my/products?x=1"));
        for bad in ["https://evil.example", "//evil.example", "/\\evil.example", "/\tx", "javascript:x", "", "/a\\b"] {
            assert_eq!(local_path(bad), None, "{bad}");
        }
    }
}
