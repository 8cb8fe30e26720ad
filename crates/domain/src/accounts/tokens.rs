//! API tokens: what scripts sign in with.

use protocol::{ApiError, ApiToken, Scope, Secret, TokenId};

use super::record::TokenRecord;
use super::{Accounts, secret};
use crate::actor::{Actor, Via};
use crate::error::Result;
use crate::records::{Record, delete, put};
use crate::table::Condition;

/// Marks a token, so that scanners for leaked secrets can find it.
const PREFIX: &str = "tmb_";
/// Tokens of one account.
const MAX_TOKENS: usize = 50;

impl Accounts {
    /// Makes a token. Its secret cannot be shown again.
    ///
    /// # Errors
    /// The name breaks a rule, there is no scope, there are too many tokens, the actor is neither
    /// signed in with a browser nor the operator, or the storage fails.
    pub async fn create_token(
        &self,
        actor: &Actor,
        name: &str,
        scopes: &[Scope],
    ) -> Result<(ApiToken, Secret)> {
        may_manage_tokens(actor)?;
        let name = protocol::name("name", name)?;
        let wanted = Scope::ALL
            .into_iter()
            .filter(|scope| scopes.contains(scope));
        let scopes: Vec<Scope> = wanted.collect();
        if scopes.is_empty() {
            return Err(ApiError::invalid("scopes", "Choose at least one scope.").into());
        }
        if self.token_records(actor).await?.len() >= MAX_TOKENS {
            let message = format!("An account has at most {MAX_TOKENS} tokens. Revoke one first.");
            return Err(ApiError::limit(message).into());
        }
        let secret = secret::random(PREFIX);
        let token = TokenRecord {
            id: TokenId::random(),
            account: actor.account.id,
            secret_hash: secret::hash(secret.reveal()),
            name,
            scopes,
            created_at: self.clock.now(),
        };
        let write = put(&token, Condition::Absent);
        self.records.transact(vec![write]).await?;
        Ok((token.token(), secret))
    }

    /// The tokens of the actor's account, the newest first.
    ///
    /// # Errors
    /// The actor is neither signed in with a browser nor the operator, or the storage fails.
    pub async fn tokens(&self, actor: &Actor) -> Result<Vec<ApiToken>> {
        may_manage_tokens(actor)?;
        let mut tokens = self.token_records(actor).await?;
        tokens.sort_by_key(|token| std::cmp::Reverse(token.created_at));
        Ok(tokens.iter().map(TokenRecord::token).collect())
    }

    /// Ends a token of the actor's account.
    ///
    /// # Errors
    /// There is no such token, the actor is neither signed in with a browser nor the operator, or
    /// the storage fails.
    pub async fn revoke_token(&self, actor: &Actor, id: TokenId) -> Result<()> {
        may_manage_tokens(actor)?;
        let query = TokenRecord::one_of(actor.account.id, id);
        let found = self.records.query::<TokenRecord>(query).await?;
        let token = found.first().ok_or_else(|| ApiError::not_found("token"))?;
        let write = delete(token.key(), Condition::Always);
        self.revoke(vec![write]).await
    }

    /// Who a token's secret belongs to; `None` if to nobody (any more).
    ///
    /// # Errors
    /// The storage fails.
    pub async fn authenticate_token(&self, secret: &str) -> Result<Option<Actor>> {
        let key = TokenRecord::key_of(&secret::hash(secret));
        let Some(token) = self.records.get::<TokenRecord>(&key).await? else {
            return Ok(None);
        };
        let account = self.by_id(token.account).await?;
        Ok(account.map(|account| Actor {
            account: account.account(),
            via: Via::Token {
                id: token.id,
                scopes: token.value.scopes,
            },
        }))
    }

    async fn token_records(&self, actor: &Actor) -> Result<Vec<TokenRecord>> {
        let query = TokenRecord::all_of(actor.account.id);
        let tokens = self.records.query::<TokenRecord>(query).await?;
        Ok(tokens.into_iter().map(|token| token.value).collect())
    }
}

/// The command line makes tokens too; a token makes none.
fn may_manage_tokens(actor: &Actor) -> Result<()> {
    match actor.via {
        Via::Operator => Ok(()),
        _ => Ok(actor.sign_in().map(drop)?),
    }
}
