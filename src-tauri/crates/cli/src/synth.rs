//! `llmos-cli synth`: model files with random weights.
//!
//! They say nothing sensible, yet take as long and go through the same code as real
//! ones: for tests of every architecture and storage type, and for measurements at
//! sizes that would be long downloads.

mod blocks;
mod layout;
mod random;
mod recipe;

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};

use llmos_gguf::TensorType;
use llmos_gguf::build::{BuildError, GgufWriter};

use crate::args::SynthArguments;
use crate::error::CliError;
use crate::output::Output;
pub use layout::{Family, Size};
use layout::{Kind, Layout, Tensor};
use random::Random;
pub use recipe::Recipe;

pub fn run(arguments: &SynthArguments, output: &mut Output) -> Result<(), CliError> {
    let (layout, recipe) = (
        Layout::new(arguments.arch, arguments.shape),
        arguments.recipe,
    );
    // Without the architecture: llama.cpp looks for tokens of Phi-3 in whatever has
    // that in its name.
    let title = format!("Synthetic {} {recipe}", arguments.shape.name());
    let mut writer = GgufWriter::new();
    writer
        .set("general.architecture", arguments.arch.architecture())
        .set("general.type", "model")
        .set("general.name", title.as_str())
        .set("general.file_type", recipe.number())
        .set("general.quantization_version", 2u32);
    layout.set_keys(&mut writer);
    for tensor in layout.tensors() {
        add(&mut writer, &layout, recipe, tensor, arguments.seed);
    }
    let path = &arguments.out;
    let failed = |error: BuildError| CliError::File {
        path: path.clone(),
        reason: error.to_string(),
    };
    let file = File::create(path).map_err(|error| failed(error.into()))?;
    let mut file = BufWriter::with_capacity(1 << 20, file);
    let written = writer
        .write(&mut file)
        .and_then(|()| file.flush().map_err(BuildError::from));
    if let Err(error) = written {
        // Half a model is of no use. What went wrong is told, not that this did too.
        let _ = fs::remove_file(path);
        return Err(failed(error));
    }
    let arch = arguments.arch.name();
    output.line(&format!("{}: {arch}, {title}", path.display()))
}

/// Adds one tensor, to be made when the file is written.
fn add(writer: &mut GgufWriter<'_>, layout: &Layout, recipe: Recipe, tensor: Tensor, seed: u64) {
    let Tensor {
        name,
        dimensions,
        kind,
        block,
    } = tensor;
    let count: u64 = dimensions.iter().product();
    let (tensor_type, deviation) = match kind {
        Kind::Matrix(role) => {
            let blocks = layout.blocks as usize;
            let tensor_type = recipe.tensor_type(role, block, blocks, layout.has_fine_head());
            (tensor_type, deviation(dimensions[0]))
        }
        _ => (TensorType::F32, 0.0),
    };
    let random = Random::new(seed, &name);
    writer.tensor_made_by(&name, &dimensions, tensor_type, move |output| {
        let mut random = random.clone();
        match kind {
            Kind::Matrix(_) => blocks::write(output, tensor_type, count, deviation, &mut random),
            Kind::Norm => numbers(output, count, |_| random.between(0.9, 1.1)),
            Kind::Bias => numbers(output, count, |_| random.between(-0.1, 0.1)),
            Kind::Factors(most) => numbers(output, count, |share| 1.0 + share * (most - 1.0)),
        }
    });
}

/// The spread that leaves a vector's size as it is when a matrix of this many columns
/// is multiplied with it.
#[expect(clippy::cast_precision_loss, reason = "widths are small numbers")]
fn deviation(columns: u64) -> f32 {
    1.0 / (columns as f32).sqrt()
}

/// Writes `count` numbers; `number` gets how far it has come, from 0 to 1.
#[expect(clippy::cast_precision_loss, reason = "vectors are short")]
fn numbers(
    output: &mut dyn Write,
    count: u64,
    mut number: impl FnMut(f32) -> f32,
) -> io::Result<()> {
    for index in 0..count {
        let share = index as f32 / count as f32;
        output.write_all(&number(share).to_le_bytes())?;
    }
    Ok(())
}
