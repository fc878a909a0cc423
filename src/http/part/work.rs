//! A proof of work in a form: a challenge for the script, and the place where it says that it is at work.

use askama::Template;

use crate::http::assets;
use crate::http::extract::form::Fields;
use crate::i18n::Words;
use crate::service::auth::proof_of_work::{Asked, Given};

/// The part of a form that its script fills in. Without a script it is sent as it is.
#[derive(Clone, Debug, Template)]
#[template(path = "part/work.html")]
pub struct WorkField {
    script: &'static str,
    challenge: String,
    bits: u32,
    wait: String,
    done: String,
}

impl askama::filters::HtmlSafe for WorkField {}

impl WorkField {
    /// For a challenge.
    pub fn of(words: Words, asked: Asked) -> Self {
        Self {
            script: assets::url("work.js"),
            challenge: asked.challenge,
            bits: asked.bits,
            wait: words.work_wait(),
            done: words.work_done(),
        }
    }

    /// What came back.
    pub fn given(fields: &Fields) -> Given<'_> {
        Given { challenge: fields.text("work"), answer: fields.text("work_answer") }
    }
}
