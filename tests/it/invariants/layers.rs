//! Imports go down the layers, neighbours do not know each other, and a framework stays in its folder.

use super::sources::rust_files;

/// From the bottom. Modules of one row do not import each other.
const ROWS: &[&[&str]] = &[
    &["base"],
    &["config", "jose", "webauthn", "i18n"],
    &["domain", "oidc"],
    &["store", "gateway"],
    &["app"],
    &["service"],
    &["http", "jobs"],
    &["demo"],
    &["cli"],
];

/// `oidc` signs and verifies; letters are formatted for their reader; nothing else reaches sideways or over.
const ONLY: &[(&str, &[&str])] = &[("domain", &["base"]), ("oidc", &["base", "jose"])];

/// Inside a layer the folders are ordered too, from the bottom.
const FOLDERS: &[&str] = &["account", "auth", "registry", "oidc", "admin"];

/// A crate and the only folders that name it.
const CRATES: &[(&str, &[&str])] = &[
    ("axum", &["http", "demo"]),
    ("hyper", &["http"]),
    ("hyper_util", &["http"]),
    ("tokio_rustls", &["http"]),
    ("x509_parser", &["jose"]),
    ("minicbor", &["webauthn"]),
    ("askama", &["http", "gateway/archive", "gateway/mail", "demo"]),
    ("utoipa", &["http"]),
    ("sqlx", &["store"]),
    ("rusqlite", &["store"]),
    ("redis", &["store"]),
    ("lettre", &["gateway"]),
    ("zip", &["gateway"]),
    ("reqwest", &["gateway", "demo"]),
    ("openidconnect", &["gateway", "demo"]),
    ("clap", &["cli"]),
    ("toml", &["config"]),
    ("xorf", &["app"]),
];

fn row_of(layer: &str) -> Option<usize> {
    ROWS.iter().position(|row| row.contains(&layer))
}

fn code_of(line: &str) -> &str {
    if line.trim_start().starts_with("//") { "" } else { line }
}

/// The layers that a line names as `crate::layer`, nested `use crate::{a::…, b::…}` included.
fn named_layers(line: &str) -> Vec<(String, Option<String>)> {
    let mut named = Vec::new();
    for (at, _) in line.match_indices("crate::") {
        if line[..at].ends_with('$') {
            continue;
        }
        let rest = &line[at + "crate::".len()..];
        let starts: Vec<&str> = if let Some(inner) = rest.strip_prefix('{') {
            inner.split([',', '}']).map(str::trim).collect()
        } else {
            vec![rest]
        };
        for start in starts {
            let word = |text: &str| -> String {
                text.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_' || c.is_ascii_digit()).collect()
            };
            let layer = word(start);
            let folder = start[layer.len()..].strip_prefix("::").map(word).filter(|name| !name.is_empty());
            if !layer.is_empty() {
                named.push((layer, folder));
            }
        }
    }
    named
}

#[test]
fn imports_go_down() {
    let mut wrong = Vec::new();
    for (file, text) in rust_files() {
        let mut parts = file.split('/');
        let own = parts.next().unwrap_or_default();
        let own_folder = parts.next().unwrap_or_default();
        let Some(own_row) = row_of(own) else { continue };
        for (number, line) in text.lines().enumerate() {
            for (layer, folder) in named_layers(code_of(line)) {
                let Some(row) = row_of(&layer) else { continue };
                let place = format!("src/{file}:{}: {}", number + 1, line.trim());
                let restricted = ONLY.iter().find(|(name, _)| *name == own);
                if layer != own && (row >= own_row || restricted.is_some_and(|(_, may)| !may.contains(&layer.as_str())))
                {
                    wrong.push(format!("{own} may not import {layer}: {place}"));
                }
                let rank = |name: &str| FOLDERS.iter().position(|folder| *folder == name);
                let same_kind = matches!(own, "domain" | "store" | "service" | "http");
                if let (true, Some(mine), Some(theirs)) =
                    (same_kind && layer == own, rank(own_folder), folder.as_deref().and_then(rank))
                    && theirs > mine
                {
                    wrong.push(format!("{own}/{own_folder} may not import its upper neighbour: {place}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn frameworks_stay_in_their_folders() {
    let mut wrong = Vec::new();
    for (file, text) in rust_files() {
        for (number, line) in text.lines().enumerate() {
            let code = code_of(line);
            for (name, folders) in CRATES {
                let path = format!("{name}::");
                let is_named = code.match_indices(&path).any(|(at, _)| {
                    let before = code[..at].chars().next_back();
                    !before.is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | ':'))
                });
                if is_named && !folders.iter().any(|folder| file.starts_with(&format!("{folder}/"))) {
                    wrong.push(format!("{name} belongs to {folders:?}: src/{file}:{}: {}", number + 1, line.trim()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_file_has_one_subject() {
    let mut long: Vec<String> = Vec::new();
    for (file, text) in rust_files() {
        let lines = text.lines().count();
        if lines > 500 {
            long.push(format!("src/{file}: {lines} lines"));
        }
        if !text.starts_with("//!") {
            long.push(format!("src/{file} does not say what it is in its first line"));
        }
    }
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn the_reader_of_imports_sees_nested_ones() {
    let named = named_layers("use crate::{app::App, store::oidc::code};");
    assert_eq!(named, [("app".to_owned(), None), ("store".to_owned(), Some("oidc".to_owned()))]);
}
