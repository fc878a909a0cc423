//! A route is one line: method, path, who may, and the function. Everything else follows from the line:
//! authorization, the unit of work, the API description, the metrics label and the tests that walk all routes.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use http::Method;
use utoipa::openapi::path::OperationBuilder;

use super::extract::call::Call;
use super::extract::input::{Input, Schemas};
use super::respond::oauth::Failure;
use super::respond::output::Output;
use super::respond::reply::Reply;
use crate::app::Work;
use crate::app::work::Access as Mode;
use crate::base::{Error, Result};
use crate::domain::permission::Permission;
use crate::oidc::authorization_details::Action;
use crate::oidc::protected_resource::Api;

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody.
    Public,
    /// A customer who is signed in in a browser.
    Customer,
    /// An access token for the registry API with this scope.
    Scope(&'static str),
    /// The same, or with authorization details (RFC 9396) that allow this action with some unit. The handler sees to
    /// it that it is the right unit.
    ScopeOrDetails(&'static str, Action),
    /// An access token for the management API whose bearer has this permission.
    Staff(Permission),
    /// The endpoint authenticates its clients itself, as its standard says.
    Protocol,
}

impl Access {
    /// The API that the route belongs to, where its callers come with access tokens.
    pub fn api(self) -> Option<Api> {
        match self {
            Self::Scope(_) | Self::ScopeOrDetails(..) => Some(Api::Registry),
            Self::Staff(_) => Some(Api::Management),
            Self::Public | Self::Customer | Self::Protocol => None,
        }
    }
}

impl From<Permission> for Access {
    fn from(permission: Permission) -> Self {
        Self::Staff(permission)
    }
}

/// What kind of answers a route gives, errors included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// JSON and problems.
    Api,
    /// HTML.
    Page,
    /// HTML, from a form that carries the page's token.
    Form,
    /// What the endpoint's standard says.
    Protocol,
}

/// A future that may move between threads.
pub type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
type Handler = Arc<dyn for<'a> Fn(&'a mut Work, Call) -> Boxed<'a, Result<Reply, Failure>> + Send + Sync>;
type Describe = fn(OperationBuilder, &mut Schemas) -> OperationBuilder;

/// One route.
#[derive(Clone)]
pub struct Route {
    /// `GET`, `POST`, …
    pub method: Method,
    /// The pattern, such as `/my/products/{id}`.
    pub path: String,
    /// Who may.
    pub access: Access,
    /// How it answers.
    pub kind: Kind,
    /// Whether it may write.
    pub mode: Mode,
    /// Whether a member of staff must have signed in a short while ago (RFC 9470). A machine has no such moment.
    pub needs_recent_sign_in: bool,
    /// The name of the function: the operation's id and the metrics label.
    pub name: &'static str,
    /// What it does, in a sentence, for the API description.
    pub about: &'static str,
    pub(in crate::http) describe: Describe,
    pub(in crate::http) handler: Handler,
}

/// An async function that borrows the unit of work: `async fn(&mut Work, In) -> Result<Out>`.
pub trait WorkFn<'a, In, Out, E>: Send + Sync + 'static {
    /// Its future.
    type Future: Future<Output = Result<Out, E>> + Send + 'a;
    /// Call it.
    fn call(&self, work: &'a mut Work, input: In) -> Self::Future;
}

impl<'a, F, Fut, In, Out, E> WorkFn<'a, In, Out, E> for F
where
    F: Fn(&'a mut Work, In) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<Out, E>> + Send + 'a,
{
    type Future = Fut;
    fn call(&self, work: &'a mut Work, input: In) -> Fut {
        self(work, input)
    }
}

/// The routes of one subject.
#[derive(Default)]
pub struct Routes {
    prefix: &'static str,
    lines: Vec<Route>,
}

impl Routes {
    /// Routes whose paths begin with `prefix`.
    pub fn under(prefix: &'static str) -> Self {
        Self { prefix, lines: Vec::new() }
    }

    /// An API route that reads.
    #[must_use]
    pub fn get<In, Out, F>(self, path: &str, access: impl Into<Access>, function: F) -> Self
    where
        In: Input + 'static,
        Out: Output + 'static,
        F: for<'a> WorkFn<'a, In, Out, Error>,
    {
        self.api(Method::GET, path, access.into(), Mode::Read, function)
    }

    /// An API route that reads a customer's record for staff, and so writes an audit entry.
    #[must_use]
    pub fn get_audited<In, Out, F>(self, path: &str, access: impl Into<Access>, function: F) -> Self
    where
        In: Input + 'static,
        Out: Output + 'static,
        F: for<'a> WorkFn<'a, In, Out, Error>,
    {
        self.api(Method::GET, path, access.into(), Mode::Write, function)
    }

    /// An API route that makes something or does something.
    #[must_use]
    pub fn post<In, Out, F>(self, path: &str, access: impl Into<Access>, function: F) -> Self
    where
        In: Input + 'static,
        Out: Output + 'static,
        F: for<'a> WorkFn<'a, In, Out, Error>,
    {
        self.api(Method::POST, path, access.into(), Mode::Write, function)
    }

    /// An API route that replaces something.
    #[must_use]
    pub fn put<In, Out, F>(self, path: &str, access: impl Into<Access>, function: F) -> Self
    where
        In: Input + 'static,
        Out: Output + 'static,
        F: for<'a> WorkFn<'a, In, Out, Error>,
    {
        self.api(Method::PUT, path, access.into(), Mode::Write, function)
    }

    /// An API route that removes something.
    #[must_use]
    pub fn delete<In, Out, F>(self, path: &str, access: impl Into<Access>, function: F) -> Self
    where
        In: Input + 'static,
        Out: Output + 'static,
        F: for<'a> WorkFn<'a, In, Out, Error>,
    {
        self.api(Method::DELETE, path, access.into(), Mode::Write, function)
    }

    /// A page. It reads; one that must write asks [`Work::allow_writing`].
    #[must_use]
    pub fn page<F>(self, path: &str, access: impl Into<Access>, function: F) -> Self
    where
        F: for<'a> WorkFn<'a, Call, Reply, Error>,
    {
        self.html(Method::GET, path, access.into(), Kind::Page, Mode::Read, function)
    }

    /// What a form on a page does. The wrapper has checked the form's token.
    #[must_use]
    pub fn form<F>(self, path: &str, access: impl Into<Access>, function: F) -> Self
    where
        F: for<'a> WorkFn<'a, Call, Reply, Error>,
    {
        self.html(Method::POST, path, access.into(), Kind::Form, Mode::Write, function)
    }

    /// An endpoint of a protocol.
    #[must_use]
    pub fn protocol<F>(mut self, method: Method, path: &str, mode: Mode, function: F) -> Self
    where
        F: for<'a> WorkFn<'a, Call, Reply, Failure>,
    {
        let function = Arc::new(function);
        self.push(method, path, Access::Protocol, Kind::Protocol, mode, name_of::<F>(), |o, _| o, {
            Arc::new(move |work, call| {
                let function = Arc::clone(&function);
                Box::pin(async move { function.call(work, call).await })
            })
        });
        self
    }

    /// A page of a protocol: HTML in the visitor's language, without a form token of ours (a relying party
    /// sends the browser here), reading the browser's session itself.
    #[must_use]
    pub fn protocol_page<F>(self, method: Method, path: &str, mode: Mode, function: F) -> Self
    where
        F: for<'a> WorkFn<'a, Call, Reply, Error>,
    {
        self.html(method, path, Access::Protocol, Kind::Page, mode, function)
    }

    /// The line before needs a recent sign-in: it gives out secrets, or power that outlives the caller's own.
    #[must_use]
    pub fn after_recent_sign_in(mut self) -> Self {
        if let Some(line) = self.lines.last_mut() {
            line.needs_recent_sign_in = true;
        }
        self
    }

    /// Say what the line before does.
    #[must_use]
    pub fn about(mut self, sentence: &'static str) -> Self {
        if let Some(line) = self.lines.last_mut() {
            line.about = sentence;
        }
        self
    }

    /// These and those.
    #[must_use]
    pub fn and(mut self, others: Self) -> Self {
        self.lines.extend(others.lines);
        self
    }

    /// Every line.
    pub fn lines(&self) -> &[Route] {
        &self.lines
    }

    fn api<In, Out, F>(mut self, method: Method, path: &str, access: Access, mode: Mode, function: F) -> Self
    where
        In: Input + 'static,
        Out: Output + 'static,
        F: for<'a> WorkFn<'a, In, Out, Error>,
    {
        let function = Arc::new(function);
        let describe: Describe = |operation, schemas| Out::describe(In::describe(operation, schemas), schemas);
        self.push(method, path, access, Kind::Api, mode, name_of::<F>(), describe, {
            Arc::new(move |work, call| {
                let function = Arc::clone(&function);
                Box::pin(async move {
                    let input = In::read(&call)?;
                    Ok(function.call(work, input).await?.reply())
                })
            })
        });
        self
    }

    fn html<F>(mut self, method: Method, path: &str, access: Access, kind: Kind, mode: Mode, function: F) -> Self
    where
        F: for<'a> WorkFn<'a, Call, Reply, Error>,
    {
        let function = Arc::new(function);
        self.push(method, path, access, kind, mode, name_of::<F>(), |o, _| o, {
            Arc::new(move |work, call| {
                let function = Arc::clone(&function);
                Box::pin(async move { Ok(function.call(work, call).await?) })
            })
        });
        self
    }

    #[expect(clippy::too_many_arguments, reason = "the fields of a route, from the three builders above")]
    fn push(
        &mut self,
        method: Method,
        path: &str,
        access: Access,
        kind: Kind,
        mode: Mode,
        name: &'static str,
        describe: Describe,
        handler: Handler,
    ) {
        let path = format!("{}{path}", self.prefix);
        let needs_recent_sign_in = false;
        self.lines.push(Route {
            method,
            path,
            access,
            kind,
            mode,
            needs_recent_sign_in,
            name,
            about: "",
            describe,
            handler,
        });
    }
}

/// `hosho::http::api::registry::recall::publish` is `recall_publish`.
fn name_of<F>() -> &'static str {
    let full = std::any::type_name::<F>();
    // Names of routes live as long as the program: made once for each line.
    let mut parts = full.rsplit("::");
    let function = parts.next().unwrap_or(full);
    match parts.next() {
        Some(module) => Box::leak(format!("{module}_{function}").into_boxed_str()),
        None => function,
    }
}
