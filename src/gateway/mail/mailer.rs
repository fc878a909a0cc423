//! How letters leave: SMTP, a folder of `.eml` files, or memory in tests.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lettre::message::{Mailbox, Message, MultiPart};
use lettre::transport::smtp::AsyncSmtpTransport;
use lettre::{AsyncTransport as _, Tokio1Executor};

use super::compose::Composed;
use crate::base::{Fault, Result};
use crate::config::Config;

/// One of three ways.
#[derive(Clone)]
pub enum Mailer {
    /// A mail server.
    Smtp {
        /// The connection pool.
        transport: AsyncSmtpTransport<Tokio1Executor>,
        /// The sender.
        from: Mailbox,
    },
    /// Files named after their letter.
    Folder {
        /// Where.
        folder: PathBuf,
        /// The sender.
        from: Mailbox,
    },
    /// A list that tests read.
    Memory(Arc<Mutex<Vec<Composed>>>),
}

impl Mailer {
    /// The way that the settings name.
    pub fn open(config: &Config) -> Result<Self> {
        let from: Mailbox = config.mail.from.parse().map_err(|error| {
            Fault::because("mail.from: a sender such as Hosho <id@maker.example> is expected", error)
        })?;
        let url = config.mail.url.expose();
        if let Some(path) = url.strip_prefix("folder:") {
            let folder = if path.is_empty() { config.top.data_dir.join("mail") } else { path.into() };
            return Ok(Self::Folder { folder, from });
        }
        if url == "memory:" {
            return Ok(Self::Memory(Arc::default()));
        }
        // A plain smtp URL means STARTTLS wherever the server is not this machine.
        let address = match url.strip_prefix("smtp://") {
            Some(rest) if !rest.contains("tls=") => {
                let local = rest.rsplit('@').next().is_some_and(|host| {
                    host.starts_with("localhost") || host.starts_with("127.") || host.starts_with("[::1]")
                });
                let separator = if rest.contains('?') { '&' } else { '?' };
                if local { url.to_owned() } else { format!("smtp://{rest}{separator}tls=required") }
            }
            Some(_) | None => url.to_owned(),
        };
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(&address)
            .map_err(|error| Fault::because("mail.url: folder:PATH, smtp://… or smtps://… is expected", error))?
            .timeout(Some(Duration::from_secs(20)))
            .build();
        Ok(Self::Smtp { transport, from })
    }

    /// Hand a letter over. `id` makes a second hand-over of the same letter recognisable.
    pub async fn send(&self, id: &str, letter: &Composed) -> Result<()> {
        match self {
            Self::Memory(list) => {
                list.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(letter.clone());
                Ok(())
            }
            Self::Folder { folder, from } => {
                let message = message(from, id, letter)?.formatted();
                let unusable = |error| Fault::because(format!("{} cannot be written", folder.display()), error);
                tokio::fs::create_dir_all(folder).await.map_err(unusable)?;
                let half = folder.join(format!(".{id}.half"));
                tokio::fs::write(&half, message).await.map_err(unusable)?;
                Ok(tokio::fs::rename(half, folder.join(format!("{id}.eml"))).await.map_err(unusable)?)
            }
            Self::Smtp { transport, from } => {
                let sent = transport.send(message(from, id, letter)?).await;
                sent.map(drop).map_err(|error| Fault::because("the mail server did not take the letter", error).into())
            }
        }
    }
}

fn message(from: &Mailbox, id: &str, letter: &Composed) -> Result<Message> {
    let to: Mailbox = format!("<{}>", letter.to)
        .parse()
        .map_err(|error| Fault::because("the address of a letter cannot be used", error))?;
    let domain = from.email.domain();
    Message::builder()
        .from(from.clone())
        .to(to)
        .message_id(Some(format!("<{id}@{domain}>")))
        .subject(letter.subject.clone())
        .multipart(MultiPart::alternative_plain_html(letter.text.clone(), letter.html.clone()))
        .map_err(|error| Fault::because("a letter cannot be put together", error).into())
}
