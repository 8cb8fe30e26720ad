//! Asks AWS, action by action, whether the operator's credentials are allowed what they need.

use std::fmt;

use aws_sdk_iam::types::{ContextEntry, ContextKeyTypeEnum, EvaluationResult};
use aws_sdk_iam::types::{PolicyEvaluationDecisionType as Decision, builders::ContextEntryBuilder};

use super::super::clients::Clients;
use super::super::error::{AwsError, Cause, failed};
use super::super::ledger::TABLE;
use super::super::names;
use super::grants::{Condition, Grant, grants};

/// Stands for the wildcards of a resource. No workspace has such a name.
const EXAMPLE: &str = "doctor";

/// Whether an action is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is.
    Allowed,
    /// No policy allows it.
    Missing,
    /// A policy forbids it, whatever others allow.
    Forbidden,
    /// AWS does not tell these credentials, and trying it would change something.
    Unknown,
}

/// What was found of one action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// As policies name it.
    pub action: &'static str,
    /// On what.
    pub resource: String,
    /// The key that a request for it carries, where the policy demands one.
    pub condition: Option<String>,
    /// Whether it is allowed.
    pub verdict: Verdict,
}

/// What is found, and what to do about it.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (action, resource) = (self.action, &self.resource);
        match self.verdict {
            Verdict::Allowed => write!(f, "{action} on {resource} is allowed"),
            Verdict::Missing => write!(
                f,
                "{action} on {resource} is not allowed; add it to the operator's policy (`tmux-builder aws policy` prints the whole policy)"
            ),
            Verdict::Forbidden => write!(
                f,
                "{action} on {resource} is denied by a policy of the operator, its boundary or its organization; take it out of that denial"
            ),
            Verdict::Unknown => write!(
                f,
                "{action} on {resource} could not be checked; allow iam:SimulatePrincipalPolicy to have it checked"
            ),
        }
    }
}

/// Checks everything that `policy` prints. Changes nothing.
///
/// # Errors
/// There are no credentials, or AWS does not accept them or cannot be reached.
pub async fn check(provisioner: &Clients) -> Result<Vec<Finding>, AwsError> {
    let who = provisioner.sts.get_caller_identity().send().await;
    let who = who.map_err(failed("sts:GetCallerIdentity"))?;
    let account = who.account.unwrap_or_default();
    let principal = principal(who.arn.as_deref().unwrap_or_default(), &account);
    let mut findings = Vec::new();
    for grant in grants(&account, provisioner.region()) {
        let found = match &principal {
            Principal::Root => of(&grant, |_| Verdict::Allowed),
            Principal::Named(arn) => simulate(provisioner, arn, &grant).await?,
            Principal::Other => of(&grant, |_| Verdict::Unknown),
        };
        findings.extend(found);
    }
    for finding in &mut findings {
        if finding.verdict == Verdict::Unknown {
            finding.verdict = tried(provisioner, finding.action, &account).await?;
        }
    }
    Ok(findings)
}

/// Whose policies count.
enum Principal {
    /// May do everything.
    Root,
    /// A user or role, by its ARN.
    Named(String),
    /// Something whose policies cannot be asked for.
    Other,
}

fn principal(arn: &str, account: &str) -> Principal {
    let last = arn.rsplit(':').next().unwrap_or_default();
    let parts: Vec<_> = last.split('/').collect();
    match parts[..] {
        ["root"] => Principal::Root,
        ["user", ..] => Principal::Named(arn.to_owned()),
        // Somebody in a role is called after the role.
        ["assumed-role", role, _] => {
            Principal::Named(format!("arn:aws:iam::{account}:role/{role}"))
        }
        _ => Principal::Other,
    }
}

async fn simulate(
    provisioner: &Clients,
    principal: &str,
    grant: &Grant,
) -> Result<Vec<Finding>, AwsError> {
    let context = grant
        .condition
        .as_ref()
        .map(|condition| vec![entry(condition)]);
    let answer = provisioner
        .iam
        .simulate_principal_policy()
        .policy_source_arn(principal)
        .set_action_names(Some(
            grant.actions.iter().map(ToString::to_string).collect(),
        ))
        .set_resource_arns(Some(vec![example(grant)]))
        .set_context_entries(context)
        .send()
        .await;
    let results = match answer.map_err(failed("iam:SimulatePrincipalPolicy")) {
        Ok(answer) => answer.evaluation_results.unwrap_or_default(),
        // A role with a path is not found by its name alone.
        Err(error) if matches!(error.cause, Cause::Denied | Cause::Missing) => Vec::new(),
        Err(error) => return Err(error),
    };
    Ok(of(grant, |action| {
        let mut about = results.iter().filter(|one| one.eval_action_name == action);
        about.next().map_or(Verdict::Unknown, verdict)
    }))
}

fn verdict(result: &EvaluationResult) -> Verdict {
    match result.eval_decision {
        Decision::Allowed => Verdict::Allowed,
        Decision::ExplicitDeny => Verdict::Forbidden,
        _ => Verdict::Missing,
    }
}

fn entry(condition: &Condition) -> ContextEntry {
    ContextEntryBuilder::default()
        .context_key_name(&condition.key)
        .context_key_type(ContextKeyTypeEnum::String)
        .context_key_values(condition.like.replace('*', EXAMPLE))
        .build()
}

fn of(grant: &Grant, verdict: impl Fn(&'static str) -> Verdict) -> Vec<Finding> {
    let findings = grant.actions.iter().map(|action| Finding {
        action,
        resource: example(grant),
        condition: grant
            .condition
            .as_ref()
            .map(|condition| condition.key.clone()),
        verdict: verdict(action),
    });
    findings.collect()
}

/// A resource that the grant is about.
fn example(grant: &Grant) -> String {
    match grant.resources.first().map(String::as_str) {
        None | Some("*") => "*".to_owned(),
        Some(resource) => resource.replace('*', EXAMPLE),
    }
}

/// Tries what only reads.
async fn tried(
    provisioner: &Clients,
    action: &'static str,
    account: &str,
) -> Result<Verdict, AwsError> {
    let Clients {
        iam,
        s3,
        cloudfront,
        dynamodb,
        ..
    } = provisioner;
    let result = match action {
        "iam:GetUser" => {
            let user = format!("{}{EXAMPLE}", names::USER_PREFIX);
            let asked = iam.get_user().user_name(user).send().await;
            asked.map(drop).map_err(failed(action))
        }
        "iam:GetPolicy" => {
            let policy = iam.get_policy().policy_arn(names::boundary_arn(account));
            policy.send().await.map(drop).map_err(failed(action))
        }
        "iam:ListUsers" => {
            let asked = iam.list_users().max_items(1).send().await;
            asked.map(drop).map_err(failed(action))
        }
        "s3:ListAllMyBuckets" => {
            let asked = s3.list_buckets().max_buckets(1).send().await;
            asked.map(drop).map_err(failed(action))
        }
        "cloudfront:ListDistributions" => {
            let asked = cloudfront.list_distributions().max_items(1).send().await;
            asked.map(drop).map_err(failed(action))
        }
        "dynamodb:DescribeTable" => {
            let asked = dynamodb.describe_table().table_name(TABLE).send().await;
            asked.map(drop).map_err(failed(action))
        }
        _ => return Ok(Verdict::Unknown),
    };
    match result {
        Ok(()) => Ok(Verdict::Allowed),
        Err(error) if error.cause == Cause::Missing => Ok(Verdict::Allowed),
        Err(error) if error.cause == Cause::Denied => Ok(Verdict::Missing),
        Err(error) => Err(error),
    }
}
