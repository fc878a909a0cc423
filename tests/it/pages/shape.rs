//! What is wrong with a page whatever it says: its frame, names and labels, what its policy would block, its language.

use std::collections::BTreeSet;

use hosho::base::Locale;
use scraper::{ElementRef, Html, Selector};

/// Everything that is wrong with a page, in sentences.
pub fn faults(html: &str, locale: Locale) -> Vec<String> {
    let page = Page(Html::parse_document(html));
    let mut faults: Vec<String> = page.0.errors.iter().map(|error| format!("is not well formed: {error}")).collect();
    if !html.trim_start().starts_with("<!doctype html>") {
        faults.push("does not begin with a doctype".to_owned());
    }
    page.frame(locale, &mut faults);
    page.names(&mut faults);
    page.labels(&mut faults);
    page.policy(&mut faults);
    page.forms(&mut faults);
    if locale == Locale::En {
        page.english(&mut faults);
    }
    faults
}

struct Page(Html);

impl Page {
    fn all(&self, selector: &str) -> Vec<ElementRef<'_>> {
        self.0.select(&Selector::parse(selector).unwrap()).collect()
    }

    fn frame(&self, locale: Locale, faults: &mut Vec<String>) {
        for (selector, what) in [("h1", "heading"), ("main", "main part"), ("title", "title"), ("main#main", "#main")] {
            let found = self.all(selector);
            if found.len() != 1 {
                faults.push(format!("has {} of its {what}, not one", found.len()));
            } else if text(found[0]).is_empty() {
                faults.push(format!("has an empty {what}"));
            }
        }
        let lang = self.all("html")[0].attr("lang");
        if lang != Some(locale.tag()) {
            faults.push(format!("says its language is {lang:?}"));
        }
        if self.all("a.skip-link[href='#main']").is_empty() {
            faults.push("has no skip link".to_owned());
        }
    }

    fn names(&self, faults: &mut Vec<String>) {
        let mut ids = BTreeSet::new();
        for element in self.all("[id]") {
            let id = element.attr("id").unwrap();
            if !ids.insert(id) {
                faults.push(format!("uses the id {id} twice"));
            }
        }
        for attribute in ["for", "aria-describedby", "aria-labelledby", "aria-controls", "list"] {
            for element in self.all(&format!("[{attribute}]")) {
                for id in element.attr(attribute).unwrap().split_whitespace() {
                    if !ids.contains(id) {
                        faults.push(format!("has {attribute}={id}, and no element of that id"));
                    }
                }
            }
        }
    }

    fn labels(&self, faults: &mut Vec<String>) {
        let controls = "input:not([type=hidden]):not([type=submit]), select, textarea";
        for control in self.all(controls) {
            let id = control.attr("id").unwrap_or_default();
            let labels = self.all(&format!("label[for='{id}']"));
            let named = labels.iter().any(|label| !text(*label).is_empty()) || control.attr("aria-label").is_some();
            if !named && control.attr("aria-hidden") != Some("true") {
                faults.push(format!("has a field without a label: {}", control.html()));
            }
        }
        for element in self.all("button, a[href]") {
            let pictures = element.select(&Selector::parse("img[alt]").unwrap()).next().is_some();
            if text(element).is_empty() && element.attr("aria-label").is_none() && !pictures {
                faults.push(format!("has something to press without words: {}", element.html()));
            }
        }
        for picture in self.all("img:not([alt])") {
            faults.push(format!("has a picture without a text: {}", picture.html()));
        }
    }

    fn policy(&self, faults: &mut Vec<String>) {
        for element in self.all("style, script:not([src])") {
            faults.push(format!("has an inline {}", element.value().name()));
        }
        for element in self.all("*") {
            for (name, _) in element.value().attrs() {
                if name == "style" || name.starts_with("on") {
                    faults.push(format!("has an inline {name} on {}", element.value().name()));
                }
            }
        }
        for (selector, attribute) in [("link", "href"), ("script", "src"), ("img", "src")] {
            for element in self.all(&format!("{selector}[{attribute}]")) {
                let address = element.attr(attribute).unwrap();
                if !address.starts_with('/') || address.starts_with("//") {
                    faults.push(format!("loads {address}"));
                }
            }
        }
    }

    fn forms(&self, faults: &mut Vec<String>) {
        let token = Selector::parse("input[name=csrf]").unwrap();
        for form in self.all("form[method=post]") {
            if form.select(&token).next().and_then(|field| field.attr("value")).is_none_or(str::is_empty) {
                faults.push(format!("has a form without a token: {:?}", form.attr("action")));
            }
        }
    }

    fn english(&self, faults: &mut Vec<String>) {
        for node in self.0.root_element().descendants() {
            let Some(words) = node.value().as_text() else { continue };
            let is_marked = node.ancestors().filter_map(ElementRef::wrap).any(|e| e.attr("lang") == Some("ja"));
            // A language is offered under its own name.
            if !is_marked && words.trim() != "日本語" && words.chars().any(is_japanese) {
                faults.push(format!("says in Japanese: {}", words.trim()));
            }
        }
        for attribute in ["aria-label", "placeholder", "alt", "title", "data-reveal", "data-hide", "data-copied"] {
            for element in self.all(&format!("[{attribute}]")) {
                if element.attr(attribute).is_some_and(|words| words.chars().any(is_japanese)) {
                    faults.push(format!("has a Japanese {attribute}: {}", element.html()));
                }
            }
        }
    }
}

fn text(element: ElementRef<'_>) -> String {
    element.text().collect::<String>().trim().to_owned()
}

fn is_japanese(c: char) -> bool {
    matches!(c, '\u{3000}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}')
}

#[test]
fn a_bad_page_is_told_what_is_wrong() {
    let html = "<!doctype html><html lang=en><title>t</title><h1>h</h1><main id=main><p style='x'>漢字</p>\
                <input name=a id=a><label for=b>b</label><form method=post></form></main>";
    let found = faults(html, Locale::En).join("\n");
    for expected in ["skip link", "inline style", "漢字", "without a label", "for=b", "without a token"] {
        assert!(found.contains(expected), "{expected} is not among:\n{found}");
    }
}
