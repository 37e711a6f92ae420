//! Writes the files that the search begins with into a folder: small models of every
//! architecture, and among them every storage type.

use std::path::PathBuf;

use llmos_gguf::build::{sample_model, sample_of};
use llmos_gguf::{Architecture, TensorType};

const ARCHITECTURES: [Architecture; 7] = [
    Architecture::Llama,
    Architecture::Smollm3,
    Architecture::Qwen2,
    Architecture::Qwen3,
    Architecture::Phi3,
    Architecture::Gemma2,
    Architecture::Gemma3,
];

/// Of two lengths of rows: the second is of a whole block of the K types.
const TYPES: [(TensorType, TensorType); 8] = [
    (TensorType::Q4_0, TensorType::Q2_K),
    (TensorType::Q4_1, TensorType::Q3_K),
    (TensorType::Q5_0, TensorType::Q4_K),
    (TensorType::Q5_1, TensorType::Q5_K),
    (TensorType::Q8_0, TensorType::Q6_K),
    (TensorType::IQ4_NL, TensorType::F16),
    (TensorType::MXFP4, TensorType::BF16),
    (TensorType::Q4_0, TensorType::F32),
];

const TEMPLATE: &str = "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args_os().nth(1).ok_or("usage: seeds FOLDER")?;
    let folder = PathBuf::from(folder);
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("sample.gguf"), sample_model().to_bytes()?)?;
    // Eight types in seven architectures: in two rounds each type is in two of them.
    for round in 0..2 {
        for (index, architecture) in ARCHITECTURES.into_iter().enumerate() {
            let (others, down) = TYPES[(index + round * ARCHITECTURES.len()) % TYPES.len()];
            let mut writer = sample_of(architecture, others, down);
            writer.set("tokenizer.chat_template", TEMPLATE);
            let name = format!("{}-{round}.gguf", architecture.name());
            std::fs::write(folder.join(name), writer.to_bytes()?)?;
        }
    }
    Ok(())
}
