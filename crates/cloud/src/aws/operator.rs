//! What the operator's credentials must be allowed to do: the policy to attach, and a check of what
//! they have.

mod check;
mod grants;

use serde_json::{Value, json};

pub use check::{Finding, Verdict, check};
use grants::{Grant, grants};

/// The least policy that the provisioner needs, as a document for IAM.
#[must_use]
pub fn policy(account: &str, region: &str) -> String {
    let statements: Vec<Value> = grants(account, region).iter().map(statement).collect();
    let document = json!({ "Version": "2012-10-17", "Statement": statements });
    format!("{document:#}")
}

fn statement(grant: &Grant) -> Value {
    let mut statement = json!({
        "Sid": grant.name,
        "Effect": "Allow",
        "Action": grant.actions,
        "Resource": grant.resources,
    });
    if let Some(condition) = &grant.condition {
        statement["Condition"] = json!({ "StringLike": { &condition.key: condition.like } });
    }
    statement
}
