//! Tokens to end a request with.

use llmos_engine::TokenId;
use llmos_gguf::GgufFile;

/// Chooses two ids that end a request inside mistral.rs.
///
/// Two, because the one that is used must differ from the token which follows
/// in the next prompt: mistral.rs counts it among the tokens whose keys and
/// values it has, and it has not. Control tokens that no chat template uses
/// are best, which in practice are the last ones of a vocabulary; ids that end
/// a turn are worst, because they follow every answer.
///
/// `special(id)` says whether an id is a control token, `extended(id)` whether
/// its bytes begin another token's, which mistral.rs does not accept.
pub(crate) fn choose(
    gguf: &GgufFile,
    vocab_size: TokenId,
    special: impl Fn(TokenId) -> bool,
    extended: impl Fn(TokenId) -> bool,
) -> Option<[TokenId; 2]> {
    let metadata = gguf.metadata();
    let named: Vec<TokenId> = ["bos", "eos", "eot", "eom", "unknown", "padding"]
        .iter()
        .filter_map(|name| {
            let key = format!("tokenizer.ggml.{name}_token_id");
            metadata.u32(&key).ok().flatten()
        })
        .collect();
    let common = |id: TokenId| named.contains(&id);
    let unused = (0..vocab_size)
        .rev()
        .filter(|&id| special(id) && !common(id));
    let plain = (0..vocab_size)
        .rev()
        .filter(|&id| !special(id) && !common(id));
    let mut ids = unused.chain(plain).filter(|&id| !extended(id));
    Some([ids.next()?, ids.next()?])
}
