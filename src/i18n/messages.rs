//! Reading a Fluent file as a list of messages with the arguments each one takes. Shared by the
//! build, which makes a method of every message, and by the start, which reads an operator's own texts.

use fluent_syntax::ast::{CallArguments, Entry, Expression, InlineExpression, Pattern, PatternElement};
use fluent_syntax::parser;

/// One message of a file.
#[derive(Debug, PartialEq, Eq)]
pub struct Message {
    /// Its key, in kebab case.
    pub key: String,
    /// The names of its arguments, in the order in which they first appear in the text.
    pub arguments: Vec<String>,
}

/// All messages of a file, or the sentence that says what is wrong with it.
pub fn read(source: &str) -> Result<Vec<Message>, String> {
    let file = parser::parse(source).map_err(|(_, errors)| {
        let first = errors.first().map_or_else(|| "it cannot be read".to_owned(), ToString::to_string);
        let at = errors.first().map_or(0, |error| error.pos.start);
        let line = source.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1;
        format!("line {line}: {first}")
    })?;
    let mut messages: Vec<Message> = Vec::new();
    for entry in &file.body {
        let Entry::Message(message) = entry else { continue };
        let key = message.id.name.to_owned();
        let Some(value) = &message.value else { return Err(format!("`{key}` has no text")) };
        // One message is one method: attributes would be texts that no method reaches.
        if !message.attributes.is_empty() {
            return Err(format!("`{key}` has attributes; give each text a key of its own"));
        }
        if messages.iter().any(|earlier| earlier.key == key) {
            return Err(format!("`{key}` is there twice"));
        }
        let mut arguments = Vec::new();
        in_pattern(value, &mut arguments).map_err(|reason| format!("`{key}` {reason}"))?;
        messages.push(Message { key, arguments });
    }
    Ok(messages)
}

fn in_pattern(pattern: &Pattern<&str>, found: &mut Vec<String>) -> Result<(), &'static str> {
    for element in &pattern.elements {
        let PatternElement::Placeable { expression } = element else { continue };
        in_expression(expression, found)?;
    }
    Ok(())
}

fn in_expression(expression: &Expression<&str>, found: &mut Vec<String>) -> Result<(), &'static str> {
    match expression {
        Expression::Inline(inline) => in_inline(inline, found),
        Expression::Select { selector, variants } => {
            in_inline(selector, found)?;
            variants.iter().try_for_each(|variant| in_pattern(&variant.value, found))
        }
    }
}

fn in_inline(inline: &InlineExpression<&str>, found: &mut Vec<String>) -> Result<(), &'static str> {
    match inline {
        InlineExpression::VariableReference { id } => {
            if !found.iter().any(|name| name == id.name) {
                found.push(id.name.to_owned());
            }
            Ok(())
        }
        InlineExpression::FunctionReference { arguments, .. } => in_call(arguments, found),
        InlineExpression::Placeable { expression } => in_expression(expression, found),
        InlineExpression::MessageReference { .. } => Err("refers to another message; use a term (`-name`)"),
        InlineExpression::TermReference { .. }
        | InlineExpression::StringLiteral { .. }
        | InlineExpression::NumberLiteral { .. } => Ok(()),
    }
}

fn in_call(arguments: &CallArguments<&str>, found: &mut Vec<String>) -> Result<(), &'static str> {
    arguments.positional.iter().try_for_each(|argument| in_inline(argument, found))
}
