//! The tensors of a file as matrices and vectors.

use llmos_gguf::{GgufFile, ModelFile, TensorInfo, TensorType};
use llmos_kernels::{Compute, Forms, Matrix, MatrixError, WeightType, dequantise};

use super::config::Config;
use crate::error::LoadError;

/// The kernels' name for a storage type, if they know it.
pub(super) fn weight_type(tensor_type: TensorType) -> Option<WeightType> {
    Some(match tensor_type {
        TensorType::F32 => WeightType::F32,
        TensorType::F16 => WeightType::F16,
        TensorType::BF16 => WeightType::BF16,
        TensorType::Q4_0 => WeightType::Q4_0,
        TensorType::Q4_1 => WeightType::Q4_1,
        TensorType::Q5_0 => WeightType::Q5_0,
        TensorType::Q5_1 => WeightType::Q5_1,
        TensorType::Q8_0 => WeightType::Q8_0,
        TensorType::Q2_K => WeightType::Q2_K,
        TensorType::Q3_K => WeightType::Q3_K,
        TensorType::Q4_K => WeightType::Q4_K,
        TensorType::Q5_K => WeightType::Q5_K,
        TensorType::Q6_K => WeightType::Q6_K,
        TensorType::IQ4_NL => WeightType::IQ4_NL,
        TensorType::MXFP4 => WeightType::MXFP4,
        _ => return None,
    })
}

/// One transformer block.
#[derive(Debug)]
pub(super) struct Block {
    pub attention_norm: Vec<f32>,
    /// Queries, keys and values: one matrix or three, side by side.
    pub attention: Vec<Input>,
    pub query_norm: Option<Vec<f32>>,
    pub key_norm: Option<Vec<f32>>,
    pub output: Input,
    pub after_attention_norm: Option<Vec<f32>>,
    pub feed_forward_norm: Vec<f32>,
    pub gate: Matrix,
    pub up: Matrix,
    pub down: Input,
    pub after_feed_forward_norm: Option<Vec<f32>>,
}

/// A matrix, its bias, and where in the row its results go.
#[derive(Debug)]
pub(super) struct Input {
    pub matrix: Matrix,
    pub bias: Option<Vec<f32>>,
    pub column: usize,
}

/// Everything that is multiplied with.
#[derive(Debug)]
pub(super) struct Weights {
    pub blocks: Vec<Block>,
    pub norm: Vec<f32>,
    pub head: Matrix,
    /// For each pair of dimensions, if the file has them.
    pub rope_factors: Option<Vec<f32>>,
}

/// The forms of activations that a model's layers take.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct LayerForms {
    pub block: Forms,
    pub attended: Forms,
    pub hidden: Forms,
    pub head: Forms,
}

/// The name of the tensor that logits come from.
pub(super) fn head_name(gguf: &GgufFile) -> &'static str {
    if gguf.tensor("output.weight").is_some() {
        "output.weight"
    } else {
        EMBEDDING
    }
}

/// The table of embeddings.
pub(super) const EMBEDDING: &str = "token_embd.weight";

/// Reads tensors and counts how far it has come.
struct Reader<'a> {
    gguf: &'a GgufFile,
    compute: &'a mut Compute,
    progress: &'a mut dyn FnMut(f32),
    done: u64,
    total: u64,
}

impl Weights {
    /// Repacks every matrix of the file. `context` decides between factors for short
    /// and for long texts where a file has both.
    pub(super) fn load(
        file: &ModelFile,
        config: &Config,
        context: usize,
        compute: &mut Compute,
        progress: &mut dyn FnMut(f32),
    ) -> Result<Self, LoadError> {
        let gguf = file.gguf();
        let mut reader = Reader {
            total: gguf
                .tensors()
                .iter()
                .map(TensorInfo::byte_len)
                .sum::<u64>()
                .max(1),
            gguf,
            compute,
            progress,
            done: 0,
        };
        let blocks = (0..config.blocks)
            .map(|block| reader.block(config, block))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            blocks,
            norm: reader.vector("output_norm.weight")?,
            head: reader.matrix(head_name(gguf))?,
            rope_factors: reader.rope_factors(file, context)?,
        })
    }

    /// Which forms of activations the matrices take.
    pub(super) fn forms(&self) -> LayerForms {
        let mut forms = LayerForms::default();
        let note = |forms: &mut Forms, matrix: &Matrix| {
            if matrix.weight_type().is_float() {
                forms.plain = true;
            } else {
                forms.quantised = true;
            }
        };
        for block in &self.blocks {
            for input in &block.attention {
                note(&mut forms.block, &input.matrix);
            }
            note(&mut forms.block, &block.gate);
            note(&mut forms.block, &block.up);
            note(&mut forms.attended, &block.output.matrix);
            note(&mut forms.hidden, &block.down.matrix);
        }
        note(&mut forms.head, &self.head);
        forms
    }
}

impl Reader<'_> {
    fn block(&mut self, config: &Config, block: usize) -> Result<Block, LoadError> {
        let name = |suffix: &str| format!("blk.{block}.{suffix}");
        let attention = self.attention(config, &name)?;
        let (gate, up) = self.gate_and_up(config, &name)?;
        Ok(Block {
            attention_norm: self.vector(&name("attn_norm.weight"))?,
            attention,
            query_norm: self.optional_vector(&name("attn_q_norm.weight"))?,
            key_norm: self.optional_vector(&name("attn_k_norm.weight"))?,
            output: self.input(&name("attn_output"), 0)?,
            after_attention_norm: self.optional_vector(&name("post_attention_norm.weight"))?,
            feed_forward_norm: self.vector(&name("ffn_norm.weight"))?,
            gate,
            up,
            down: self.input(&name("ffn_down"), 0)?,
            after_feed_forward_norm: self.optional_vector(&name("post_ffw_norm.weight"))?,
        })
    }

    fn attention(
        &mut self,
        config: &Config,
        name: &dyn Fn(&str) -> String,
    ) -> Result<Vec<Input>, LoadError> {
        if self.gguf.tensor(&name("attn_qkv.weight")).is_some() {
            return Ok(vec![self.input(&name("attn_qkv"), 0)?]);
        }
        Ok(vec![
            self.input(&name("attn_q"), 0)?,
            self.input(&name("attn_k"), config.heads.key_column())?,
            self.input(&name("attn_v"), config.heads.value_column())?,
        ])
    }

    /// Two matrices, or the two halves of one.
    fn gate_and_up(
        &mut self,
        config: &Config,
        name: &dyn Fn(&str) -> String,
    ) -> Result<(Matrix, Matrix), LoadError> {
        let (gate, up) = (name("ffn_gate.weight"), name("ffn_up.weight"));
        let rows = config.feed_forward;
        if self.tensor(&up)?.shape().get(1) == Some(&(2 * rows as u64)) {
            return Ok((self.rows(&up, 0..rows)?, self.rows(&up, rows..2 * rows)?));
        }
        Ok((self.matrix(&gate)?, self.matrix(&up)?))
    }

    fn input(&mut self, name: &str, column: usize) -> Result<Input, LoadError> {
        Ok(Input {
            matrix: self.matrix(&format!("{name}.weight"))?,
            bias: self.optional_vector(&format!("{name}.bias"))?,
            column,
        })
    }

    fn tensor(&self, name: &str) -> Result<&TensorInfo, LoadError> {
        self.gguf.tensor(name).ok_or_else(|| LoadError::Backend {
            message: format!("the file has no tensor `{name}`"),
        })
    }

    fn matrix(&mut self, name: &str) -> Result<Matrix, LoadError> {
        let rows = self.tensor(name)?.shape().get(1).copied().unwrap_or(1);
        self.rows(name, 0..usize::try_from(rows).unwrap_or(usize::MAX))
    }

    /// Some rows of a matrix.
    fn rows(&mut self, name: &str, rows: std::ops::Range<usize>) -> Result<Matrix, LoadError> {
        let gguf = self.gguf;
        let tensor = self.tensor(name)?.clone();
        let unknown = || LoadError::Backend {
            message: format!("tensor `{name}` is not a matrix that can be computed with"),
        };
        let weight_type = weight_type(tensor.tensor_type()).ok_or_else(unknown)?;
        let columns = usize::try_from(tensor.shape()[0]).map_err(|_| unknown())?;
        let row_bytes = weight_type.row_bytes(columns).ok_or_else(unknown)?;
        let bytes = gguf
            .tensor_bytes(&tensor)
            .get(rows.start * row_bytes..rows.end * row_bytes)
            .ok_or_else(unknown)?;
        let matrix = Matrix::repack(self.compute, weight_type, rows.len(), columns, bytes);
        let matrix = matrix.map_err(|error| match error {
            MatrixError::OutOfMemory(error) => LoadError::OutOfMemory {
                needed: error.bytes,
            },
            MatrixError::Shape { .. } => LoadError::Backend {
                message: format!("tensor `{name}`: {error}"),
            },
        })?;
        // The pages of the file are not needed any more; embeddings are read row
        // by row and come back.
        gguf.release(&tensor);
        self.done += bytes.len() as u64;
        (self.progress)(share(self.done, self.total));
        Ok(matrix)
    }

    fn vector(&mut self, name: &str) -> Result<Vec<f32>, LoadError> {
        let tensor = self.tensor(name)?;
        let len = usize::try_from(tensor.elements()).unwrap_or(0);
        let mut values = vec![0.0; len];
        let weight_type = weight_type(tensor.tensor_type());
        match weight_type {
            Some(weight_type) if weight_type.is_float() => {
                dequantise(weight_type, self.gguf.tensor_bytes(tensor), &mut values);
                Ok(values)
            }
            _ => Err(LoadError::Backend {
                message: format!("tensor `{name}` is not stored as plain numbers"),
            }),
        }
    }

    fn optional_vector(&mut self, name: &str) -> Result<Option<Vec<f32>>, LoadError> {
        if self.gguf.tensor(name).is_none() {
            return Ok(None);
        }
        self.vector(name).map(Some)
    }

    /// Factors of Llama 3, or those of Phi-3 for a context of this length.
    fn rope_factors(
        &mut self,
        file: &ModelFile,
        context: usize,
    ) -> Result<Option<Vec<f32>>, LoadError> {
        if let Some(factors) = self.optional_vector("rope_freqs.weight")? {
            return Self::checked_factors(file, factors).map(Some);
        }
        let key = format!(
            "{}.rope.scaling.original_context_length",
            file.params().architecture
        );
        let original = file.gguf().metadata().u32(&key).ok().flatten();
        let is_long = original.is_some_and(|original| context > original as usize);
        let name = if is_long {
            "rope_factors_long.weight"
        } else {
            "rope_factors_short.weight"
        };
        let factors = self.optional_vector(name)?;
        factors
            .map(|factors| Self::checked_factors(file, factors))
            .transpose()
    }

    fn checked_factors(file: &ModelFile, factors: Vec<f32>) -> Result<Vec<f32>, LoadError> {
        let pairs = file.params().rope_dimension_count as usize / 2;
        if factors.len() == pairs && factors.iter().all(|f| f.is_finite() && *f > 0.0) {
            return Ok(factors);
        }
        Err(LoadError::Backend {
            message: format!("the factors of the rotation are not {pairs} numbers above 0"),
        })
    }
}

#[expect(clippy::cast_precision_loss, reason = "a share to show")]
fn share(done: u64, total: u64) -> f32 {
    done as f32 / total as f32
}
