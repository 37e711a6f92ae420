//! A model that says what it is told to.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex};

use llmos_engine::{
    Backend, EngineError, KvType, LoadError, LoadRequest, Model, ModelFile, TokenId, Unsupported,
    reusable_prefix,
};

/// What the model does instead of computing the next token.
#[derive(Debug, Clone)]
pub enum Step {
    /// This token comes next.
    Token(TokenId),
    /// The turn ends.
    EndOfTurn,
    /// Nothing happens before the gate is open.
    Wait(Gate),
    /// This is called, on the engine's thread.
    Call(fn()),
    /// The backend fails.
    Fail,
    /// The backend panics.
    Panic,
}

/// Something that opens once.
#[derive(Debug, Clone, Default)]
pub struct Gate(Arc<(Mutex<bool>, Condvar)>);

impl Gate {
    pub fn open(&self) {
        *self.0.0.lock().unwrap() = true;
        self.0.1.notify_all();
    }

    fn wait(&self) {
        let mut open = self.0.0.lock().unwrap();
        while !*open {
            open = self.0.1.wait(open).unwrap();
        }
    }
}

/// The answers to come and the prompts that came.
#[derive(Debug, Clone, Default)]
pub struct Script(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    answers: VecDeque<Vec<Step>>,
    prompts: Vec<Vec<TokenId>>,
    reused: Vec<usize>,
    end_of_turn: TokenId,
}

impl Script {
    pub fn push(&self, answer: Vec<Step>) {
        self.0.lock().unwrap().answers.push_back(answer);
    }

    pub fn set_end_of_turn(&self, id: TokenId) {
        self.0.lock().unwrap().end_of_turn = id;
    }

    /// Every prompt so far.
    pub fn prompts(&self) -> Vec<Vec<TokenId>> {
        self.0.lock().unwrap().prompts.clone()
    }

    /// How much of each prompt was in the cache.
    pub fn reused(&self) -> Vec<usize> {
        self.0.lock().unwrap().reused.clone()
    }
}

pub struct ScriptedBackend(Script);

impl ScriptedBackend {
    pub fn new(script: Script) -> Self {
        Self(script)
    }
}

impl Backend for ScriptedBackend {
    fn name(&self) -> &'static str {
        "scripted"
    }

    fn supports(&self, _: &ModelFile) -> Result<(), Unsupported> {
        Ok(())
    }

    fn memory_needed(&self, _: &ModelFile, _: usize, _: KvType) -> u64 {
        0
    }

    fn load(
        &self,
        request: &LoadRequest,
        _: &mut dyn FnMut(f32),
    ) -> Result<Box<dyn Model>, LoadError> {
        Ok(Box::new(ScriptedModel {
            script: self.0.clone(),
            vocab_size: request.file.params().vocab_size as usize,
            cached: Vec::new(),
            prompt_left: 0,
            steps: VecDeque::new(),
            logits: Vec::new(),
        }))
    }
}

struct ScriptedModel {
    script: Script,
    vocab_size: usize,
    cached: Vec<TokenId>,
    prompt_left: usize,
    steps: VecDeque<Step>,
    logits: Vec<f32>,
}

impl Model for ScriptedModel {
    fn tokens(&self) -> &[TokenId] {
        &self.cached
    }

    fn reuse(&mut self, prompt: &[TokenId]) -> Result<usize, EngineError> {
        let kept = reusable_prefix(&self.cached, prompt);
        self.cached.truncate(kept);
        self.prompt_left = prompt.len() - kept;
        let mut state = self.script.0.lock().unwrap();
        state.prompts.push(prompt.to_vec());
        state.reused.push(kept);
        // A prompt that nobody prepared an answer for gets an empty one.
        self.steps = state.answers.pop_front().unwrap_or_default().into();
        Ok(kept)
    }

    fn state(&self, most_tokens: usize, most_bytes: usize) -> Option<(usize, Vec<u8>)> {
        let length = self.cached.len().min(most_tokens).min(most_bytes / 4);
        let state = self.cached[..length].iter().flat_map(|id| id.to_le_bytes());
        Some((length, state.collect()))
    }

    fn set_state(&mut self, tokens: &[TokenId], state: &[u8]) -> bool {
        let expected: Vec<u8> = tokens.iter().flat_map(|id| id.to_le_bytes()).collect();
        if state != expected {
            return false;
        }
        self.cached = tokens.to_vec();
        true
    }

    fn forward(&mut self, tokens: &[TokenId]) -> Result<&[f32], EngineError> {
        self.cached.extend(tokens);
        self.prompt_left = self.prompt_left.saturating_sub(tokens.len());
        let mut next = self.script.0.lock().unwrap().end_of_turn;
        while self.prompt_left == 0 {
            match self.steps.pop_front() {
                Some(Step::Wait(gate)) => gate.wait(),
                Some(Step::Call(function)) => function(),
                Some(Step::Token(id)) => {
                    next = id;
                    break;
                }
                Some(Step::Fail) => {
                    return Err(EngineError::Backend {
                        message: "scripted".to_owned(),
                    });
                }
                Some(Step::Panic) => panic!("scripted"),
                Some(Step::EndOfTurn) | None => break,
            }
        }
        self.logits.clear();
        self.logits.resize(self.vocab_size, 0.0);
        // So likely that it comes whatever the sampling.
        self.logits[next as usize] = 100.0;
        Ok(&self.logits)
    }
}
