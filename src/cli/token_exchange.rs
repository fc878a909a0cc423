//! `hosho client exchange …`: which client may act for the people of which other one. RFC 8693.

use clap::Subcommand;
use serde_json::{Value, json};

use super::{Context, output};
use crate::app::Work;
use crate::base::id::ClientId;
use crate::base::{Refusal, Result};
use crate::oidc::token_exchange::Policy;
use crate::service::oidc::token_exchange;
use crate::store::oidc::token_exchange_policy;

/// Acting for the people of another client. Nobody may unless it is allowed here.
#[derive(Subcommand)]
pub enum Exchange {
    /// Let a client exchange the access tokens of another for ones of its own
    Allow {
        /// The client whose tokens are exchanged
        subject_client: String,
        /// The client that exchanges them; registered for the token-exchange grant
        acting_client: String,
        /// The most that its tokens allow, as words with blanks between them
        #[arg(long)]
        scope: String,
        /// A resource that they may be for; several times for several. Without it, those that the scope reaches
        #[arg(long, value_name = "URI")]
        audience: Vec<String>,
    },
    /// No longer let it
    Deny {
        /// The client whose tokens are exchanged
        subject_client: String,
        /// The client that exchanges them
        acting_client: String,
    },
    /// List who may act for whose people
    List,
}

impl Exchange {
    /// Run it.
    pub async fn run(&self, context: &Context, mut work: Work) -> Result<()> {
        match self {
            Self::Allow { subject_client, acting_client, scope, audience } => {
                let pair = (ClientId::from(subject_client.as_str()), ClientId::from(acting_client.as_str()));
                let policy = token_exchange::allow(&mut work, &pair.0, &pair.1, scope, audience.clone()).await?;
                work.commit().await?;
                match context.json {
                    true => output::json(&document(&policy)),
                    false => output::line(&format!("Client {acting_client} may: {}", line(&policy))),
                }
            }
            Self::Deny { subject_client, acting_client } => {
                let pair = (ClientId::from(subject_client.as_str()), ClientId::from(acting_client.as_str()));
                let found = token_exchange_policy::find(work.tx(), &pair.0, &pair.1).await?;
                let policy = found.ok_or_else(|| {
                    let sentence = format!("client {acting_client} may not act for people of client {subject_client}");
                    Refusal::Malformed(sentence.into())
                })?;
                token_exchange::deny(&mut work, &policy.id).await?;
                work.commit().await?;
                match context.json {
                    true => output::json(&document(&policy)),
                    false => output::line(&format!("Client {acting_client} may no longer: {}", line(&policy))),
                }
            }
            Self::List => {
                let policies = token_exchange::list(&mut work).await?;
                if context.json {
                    output::json(&Value::Array(policies.iter().map(document).collect()));
                } else {
                    for policy in &policies {
                        output::line(&format!("{}  {}", policy.acting_client, line(policy)));
                    }
                }
            }
        }
        Ok(())
    }
}

fn line(policy: &Policy) -> String {
    let audience =
        if policy.audience.is_empty() { String::new() } else { format!(" at {}", policy.audience.join(" ")) };
    format!("act for people of client {} with {}{audience}", policy.subject_client, policy.scope)
}

fn document(policy: &Policy) -> Value {
    json!({
        "id": policy.id.as_ref(),
        "subject_client": policy.subject_client.as_ref(),
        "acting_client": policy.acting_client.as_ref(),
        "scope": policy.scope.to_string(),
        "audience": policy.audience,
    })
}
