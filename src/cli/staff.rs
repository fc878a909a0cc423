//! `hosho staff …`: members of staff and their roles. The first administrator is made here.

use clap::Subcommand;
use serde_json::{Value, json};

use super::account::{address, password_from_stdin, taken};
use super::{Context, output};
use crate::app::Work;
use crate::base::id::Subject;
use crate::base::{Error, Refusal, Result};
use crate::domain::permission::Role;
use crate::service::admin::staff;
use crate::service::auth::given_password;
use crate::store;
use crate::store::admin::staff_role::StaffRow;

/// Members of staff and their roles.
#[derive(Subcommand)]
pub enum Staff {
    /// Make a member of staff: a new account with a password, or a role for an account that exists
    Create {
        /// The address they sign in with
        #[arg(long)]
        email: String,
        /// Read the password of a new account from standard input
        #[arg(long)]
        password_stdin: bool,
        /// admin, support, quality or auditor
        #[arg(long)]
        role: String,
    },
    /// List all staff
    List,
    /// Take every role from a member of staff and suspend the account, at once
    Disable {
        /// Their address or sub
        who: String,
    },
    /// Give a member of staff a new password, forget their second factor, and sign them out everywhere
    Reset {
        /// Their address or sub
        who: String,
        /// Read the password from standard input
        #[arg(long, required = true)]
        password_stdin: bool,
    },
}

impl Staff {
    /// Run it.
    pub async fn run(&self, context: &Context) -> Result<()> {
        match self {
            Self::Create { email, password_stdin, role } => create(context, email, *password_stdin, role).await,
            Self::List => list(context).await,
            Self::Disable { who } => {
                let app = context.open().await?;
                let mut work = Work::for_operator(&app);
                let sub = find(&mut work, who).await?;
                staff::disable(&mut work, &sub).await.map_err(|error| not_staff(error, who))?;
                work.commit().await?;
                done(context, &sub)
            }
            Self::Reset { who, .. } => {
                let password = password_from_stdin()?;
                let app = context.open().await?;
                let mut work = Work::for_operator(&app);
                let hashed = given_password::hash(&mut work, &password).await?;
                let sub = find(&mut work, who).await?;
                staff::reset(&mut work, &sub, &hashed).await.map_err(|error| not_staff(error, who))?;
                work.commit().await?;
                done(context, &sub)
            }
        }
    }
}

async fn create(context: &Context, email: &str, password_stdin: bool, role: &str) -> Result<()> {
    let email = address(email)?;
    let role = Role::parse(role).ok_or_else(|| {
        let known: Vec<&str> = Role::ALL.iter().map(|role| role.as_str()).collect();
        Refusal::Malformed(format!("there is no role {role}; there are {}", known.join(", ")).into())
    })?;
    let password = if password_stdin { Some(password_from_stdin()?) } else { None };
    let app = context.open().await?;
    let mut work = Work::for_operator(&app);
    let hashed = match &password {
        Some(password) => Some(given_password::hash(&mut work, password).await?),
        None => None,
    };
    let sub = staff::create(&mut work, &email, hashed.as_ref(), role).await.map_err(taken)?;
    work.commit().await?;
    done(context, &sub)
}

async fn list(context: &Context) -> Result<()> {
    let app = context.open().await?;
    let mut work = Work::for_operator(&app);
    let rows = store::admin::staff_role::list(work.tx()).await?;
    if context.json {
        let people: Vec<Value> = rows.iter().map(as_json).collect();
        output::json(&Value::Array(people));
        return Ok(());
    }
    for row in rows {
        let address = row.address.unwrap_or_default();
        output::line(&format!("{}  {:<9}  {:<9}  {address}", row.sub, row.role, row.state));
    }
    Ok(())
}

fn as_json(row: &StaffRow) -> Value {
    json!({
        "sub": row.sub.as_ref(),
        "email": row.address,
        "role": row.role,
        "state": row.state,
        "since": row.granted_at.to_string(),
    })
}

fn done(context: &Context, sub: &Subject) -> Result<()> {
    match context.json {
        true => output::json(&json!({"sub": sub.as_ref()})),
        false => output::line(sub.as_ref()),
    }
    Ok(())
}

async fn find(work: &mut Work, who: &str) -> Result<Subject> {
    if !who.contains('@') {
        return Ok(Subject::from(who));
    }
    let account = store::account::find_by_email(work.tx(), &address(who)?).await?;
    account.map(|account| account.sub).ok_or_else(|| nobody(who))
}

fn not_staff(error: Error, who: &str) -> Error {
    match error {
        Error::Refused(Refusal::NotFound) => nobody(who),
        other => other,
    }
}

fn nobody(who: &str) -> Error {
    Refusal::Malformed(format!("{who} is no member of staff").into()).into()
}
