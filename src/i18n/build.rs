//! Makes a method of every Fluent message, so that a page which asks for a missing text, or forgets
//! one of its arguments, does not compile. The Japanese files lead; the English ones must follow.

mod messages;

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use messages::Message;

#[expect(clippy::disallowed_methods, reason = "Cargo tells a build script its folders by variables")]
fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("src/i18n");
    for watched in ["ja", "en", "build.rs", "messages.rs"] {
        println!("cargo:rerun-if-changed=src/i18n/{watched}");
    }
    let japanese = language(&root.join("ja"))?;
    let english = language(&root.join("en"))?;
    compare(&japanese, &english)?;

    let mut code = String::new();
    for (name, areas) in [("JAPANESE", &japanese), ("ENGLISH", &english)] {
        writeln!(code, "const {name}: &[(&str, &str)] = &[")?;
        for area in areas.values() {
            writeln!(code, "    ({:?}, include_str!({:?})),", area.name, area.path)?;
        }
        writeln!(code, "];")?;
    }
    writeln!(code, "const MESSAGES: &[(&str, &[&str])] = &[")?;
    for message in japanese.values().flat_map(|area| &area.messages) {
        writeln!(code, "    ({:?}, &{:?}),", message.key, message.arguments)?;
    }
    writeln!(code, "];\n\nimpl Words {{")?;
    for area in japanese.values() {
        for message in &area.messages {
            method(&mut code, area, message)?;
        }
    }
    writeln!(code, "}}")?;
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("words.rs"), code)?;
    Ok(())
}

struct Area {
    name: String,
    path: PathBuf,
    messages: Vec<Message>,
}

/// The files of one language by name.
fn language(folder: &Path) -> Result<BTreeMap<String, Area>, Box<dyn Error>> {
    let mut areas = BTreeMap::new();
    let mut owner: BTreeMap<String, String> = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_none_or(|extension| extension != "ftl") {
            continue;
        }
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let messages =
            messages::read(&fs::read_to_string(&path)?).map_err(|reason| format!("{}: {reason}", path.display()))?;
        for message in &messages {
            if let Some(other) = owner.insert(message.key.clone(), name.clone()) {
                return Err(format!("`{}` is in {other}.ftl and in {name}.ftl", message.key).into());
            }
        }
        areas.insert(name.clone(), Area { name, path, messages });
    }
    Ok(areas)
}

/// Both languages have the same files, the same keys and the same arguments.
fn compare(japanese: &BTreeMap<String, Area>, english: &BTreeMap<String, Area>) -> Result<(), Box<dyn Error>> {
    let missing = |from: &BTreeMap<String, Area>, to: &BTreeMap<String, Area>, tongue: &str| {
        from.values().find_map(|area| {
            area.messages.iter().find_map(|message| {
                let there = to.get(&area.name).and_then(|a| a.messages.iter().find(|m| m.key == message.key));
                match there {
                    None => Some(format!("src/i18n/{tongue}/{}.ftl has no `{}`", area.name, message.key)),
                    Some(other) if sorted(&other.arguments) != sorted(&message.arguments) => Some(format!(
                        "src/i18n/{tongue}/{}.ftl: `{}` takes {:?}, the other language {:?}",
                        area.name, message.key, other.arguments, message.arguments
                    )),
                    Some(_) => None,
                }
            })
        })
    };
    match missing(japanese, english, "en").or_else(|| missing(english, japanese, "ja")) {
        Some(problem) => Err(problem.into()),
        None => Ok(()),
    }
}

fn sorted(names: &[String]) -> Vec<&String> {
    let mut names: Vec<&String> = names.iter().collect();
    names.sort();
    names
}

fn method(code: &mut String, area: &Area, message: &Message) -> Result<(), Box<dyn Error>> {
    let key = &message.key;
    let name = key.replace('-', "_");
    let names: Vec<String> = message.arguments.iter().map(|argument| argument.replace('-', "_")).collect();
    let parameters: String = names.iter().map(|name| format!(", {name}: impl Arg")).collect();
    let values: Vec<String> = message
        .arguments
        .iter()
        .zip(&names)
        .map(|(argument, name)| format!("({argument:?}, {name}.value())"))
        .collect();
    writeln!(code, "    /// `{key}` of `{}.ftl`.", area.name)?;
    writeln!(code, "    pub fn {name}(&self{parameters}) -> String {{")?;
    writeln!(code, "        self.text({key:?}, [{}])", values.join(", "))?;
    writeln!(code, "    }}")?;
    Ok(())
}
