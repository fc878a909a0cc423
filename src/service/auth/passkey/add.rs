//! Making a passkey: for an account that has just signed in, or for one that is about to be opened.

use crate::app::Work;
use crate::base::id::Subject;
use crate::base::{Refusal, Result};
use crate::domain::account::Account;
use crate::domain::auth::attempt::AttemptId;
use crate::domain::auth::passkey::{Ceremony, CeremonyId, MOST, Name, Purpose};
use crate::domain::auth::{Passkey, aaguid, user_agent};
use crate::domain::event::Event;
use crate::domain::letter::Content;
use crate::service::account::tell;
use crate::service::auth::passkey::ceremony::{self, Asked, For};
use crate::service::auth::passkey::relying_party;
use crate::service::auth::recent::{self, Recent};
use crate::service::auth::{Visit, session};
use crate::store;
use crate::webauthn::authenticator_data::Asked as Presence;
use crate::webauthn::options::{self, CreationOptions, User};
use crate::webauthn::registration::{self, NewCredential};
use crate::webauthn::response::RegistrationResponse;

/// Where a passkey is made.
pub const PAGE: &str = "/my/security/passkeys/add";

/// What became of an answer.
pub enum Added {
    /// The passkey is kept.
    Done(Box<Passkey>),
    /// The challenge was over: too old, used, or another's.
    Over,
    /// The answer is not good, or the passkey belongs to an account already.
    Wrong,
}

/// What becomes of the wish for a passkey.
pub enum Ask {
    /// The browser is asked.
    Options(Box<Asked<CreationOptions>>),
    /// The sign-in is too old to add a way to sign in: once more, and back to the page.
    SignInAgain(AttemptId),
}

/// Ask for a passkey of the person who is signed in. `by_itself` is for a browser that makes one without asking.
pub async fn ask(work: &mut Work, visit: Visit<'_>, by_itself: bool) -> Result<Ask> {
    let (_, party) = relying_party(work)?;
    let session = match recent::require(work, visit, PAGE).await? {
        Recent::Yes(session) => session,
        Recent::SignInAgain(attempt) => return Ok(Ask::SignInAgain(attempt)),
    };
    let account = store::account::find(work.tx(), &session.sub).await?.ok_or(Refusal::NotFound)?;
    let passkeys = store::auth::passkey::list(work.tx(), &session.sub).await?;
    if passkeys.len() >= MOST {
        return Err(Refusal::Conflict("too_many_passkeys").into());
    }
    let purpose = if by_itself { Purpose::Upgrade } else { Purpose::Add };
    let whom = For { sub: Some(&session.sub), proof: None };
    let opened = ceremony::open(work, visit, purpose, whom).await?;
    let (name, display_name) = (name_of(&account), account.shown_name());
    let user = User { handle: handle_of(&session.sub), name: &name, display_name: &display_name };
    let options = options::creation(
        &party,
        &opened.challenge,
        &user,
        &ceremony::known(&passkeys),
        (ceremony::milliseconds(), by_itself),
    );
    Ok(Ask::Options(Box::new(Asked { id: opened.id, options })))
}

/// Take the answer: one more passkey, under the name that its owner gives it, or one that we make up. That the sign-in
/// was recent, the challenge stands for.
pub async fn complete(
    work: &mut Work,
    visit: Visit<'_>,
    id: &CeremonyId,
    response: &str,
    name: Option<Name>,
) -> Result<Added> {
    let session = session::of(work, visit).await?;
    let Some(claimed) = ceremony::claim(work, visit, id, &[Purpose::Add, Purpose::Upgrade]).await? else {
        return Ok(Added::Over);
    };
    if claimed.sub.as_ref() != Some(&session.sub) {
        return Ok(Added::Over);
    }
    let Some(credential) = verified(work, &claimed, response)? else { return Ok(Added::Wrong) };

    // The session may have been ended, or the account stopped, while the answer was looked at.
    let standing = store::account::hold(work.tx(), &session.sub).await?;
    let is_alive = store::auth::session::find(work.tx(), &session.id).await?.is_some();
    if !is_alive || standing.is_none_or(|standing| standing.state.may_authenticate().is_err()) {
        return Err(Refusal::Unauthenticated.into());
    }
    if store::auth::passkey::list(work.tx(), &session.sub).await?.len() >= MOST {
        return Err(Refusal::Conflict("too_many_passkeys").into());
    }
    let Some(passkey) = keep(work, &session.sub, credential, name).await? else { return Ok(Added::Wrong) };
    let link = work.app().config.top.issuer.at("/my/security");
    let called = passkey.name.as_str().to_owned();
    tell::owner(work, &session.sub, |reader| Content::PasskeyAdded { name: called, at: reader.now.clone(), link })
        .await?;
    Ok(Added::Done(Box::new(passkey)))
}

/// Judge an answer; what is wrong with it stands in the audit log and nowhere else.
pub(in crate::service::auth) fn verified(
    work: &mut Work,
    claimed: &Ceremony,
    response: &str,
) -> Result<Option<NewCredential>> {
    let (_, party) = relying_party(work)?;
    let presence = if claimed.purpose == Purpose::Upgrade { Presence::Nobody } else { Presence::Person };
    let judged = RegistrationResponse::parse(response)
        .and_then(|response| registration::verify(&party, &claimed.challenge, presence, &response));
    match judged {
        Ok(credential) => Ok(Some(credential)),
        Err(deviation) => {
            let refused = Event::new("passkey.refused").about("passkey", "");
            work.record(refused.change("deviation", None, Some(deviation.word())));
            Ok(None)
        }
    }
}

/// Keep a passkey; `None` if it belongs to an account already.
pub(in crate::service::auth) async fn keep(
    work: &mut Work,
    sub: &Subject,
    credential: NewCredential,
    name: Option<Name>,
) -> Result<Option<Passkey>> {
    let kind = aaguid::text(credential.aaguid);
    let passkey = Passkey {
        id: work.new_id(),
        sub: sub.clone(),
        credential_id: ceremony::kept_name(&credential.id),
        user_handle: handle_of(sub).to_vec(),
        public_key: credential.public_key.cose().to_vec(),
        sign_count: credential.sign_count,
        transports: credential.transports,
        backup_eligible: credential.backup_eligible,
        backed_up: credential.backed_up,
        user_verified: credential.user_verified,
        name: name.unwrap_or_else(|| made_up(work, &kind)),
        aaguid: kind,
        added_at: work.now(),
        used_at: None,
    };
    if !store::auth::passkey::insert(work.tx(), &passkey).await? {
        let refused = Event::new("passkey.refused").about("passkey", "");
        work.record(refused.change("deviation", None, Some("taken")));
        return Ok(None);
    }
    let added = Event::new("passkey.added").about("passkey", &passkey.id).of(sub);
    work.record(added.private_change("name", None, Some(passkey.name.as_str())));
    Ok(Some(passkey))
}

/// What authenticators know an account by: its subject, which is random and says nothing.
pub(in crate::service::auth) fn handle_of(sub: &Subject) -> &[u8] {
    sub.as_ref().as_bytes()
}

/// How dialogs tell accounts apart.
fn name_of(account: &Account) -> String {
    account.email.as_ref().map_or_else(|| account.number.to_string(), |email| email.address.to_string())
}

/// A name for a passkey that got none: where it is kept, else the device that it was made on.
fn made_up(work: &Work, kind: &str) -> Name {
    let device = || user_agent::system(&work.origin().user_agent);
    Name::known(aaguid::provider(kind).or_else(device).unwrap_or("Passkey"))
}
