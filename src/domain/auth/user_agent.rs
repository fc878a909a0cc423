//! What a `User-Agent` header tells a person: browser and system by the names they know. The header is the sender's
//! to choose, so only names from these lists are ever shown. RFC 9110 §10.1.5.

/// Browsers. The order matters: most of them also claim to be Chrome or Safari.
const BROWSERS: [(&str, &str); 9] = [
    ("Edg", "Microsoft Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Line/", "LINE"),
    ("FxiOS", "Firefox"),
    ("Firefox", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
];

/// Systems. Appliances come first: most of them also claim to be Android or Linux.
const SYSTEMS: [(&str, &str); 14] = [
    ("Web0S", "webOS"),
    ("webOS", "webOS"),
    ("Tizen", "Tizen"),
    ("Roku", "Roku"),
    ("PlayStation", "PlayStation"),
    ("Nintendo", "Nintendo"),
    ("AppleTV", "Apple TV"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
];

/// The browser, if it is one that people know.
pub fn browser(user_agent: &str) -> Option<&'static str> {
    named(&BROWSERS, user_agent)
}

/// The system, if it is one that people know.
pub fn system(user_agent: &str) -> Option<&'static str> {
    named(&SYSTEMS, user_agent)
}

/// Both names: what stays the same while a browser is updated. Empty for one that nobody knows.
pub fn family(user_agent: &str) -> String {
    let names = [browser(user_agent), system(user_agent)];
    names.into_iter().flatten().collect::<Vec<_>>().join(" / ")
}

fn named(list: &[(&str, &'static str)], user_agent: &str) -> Option<&'static str> {
    list.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_names_are_told() {
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36 Edg/120.0";
        let iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Version/17.0 Mobile Safari/604.1";
        let television = "Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/108.0";
        assert_eq!((browser(edge), system(edge)), (Some("Microsoft Edge"), Some("Windows")));
        assert_eq!((browser(iphone), system(iphone)), (Some("Safari"), Some("iPhone")));
        assert_eq!((family(iphone).as_str(), family("curl/8").as_str()), ("Safari / iPhone", ""));
        assert_eq!(system(television), Some("webOS"));
        assert_eq!((browser("<script>alert(1)</script>"), system("curl/8")), (None, None));
    }
}
