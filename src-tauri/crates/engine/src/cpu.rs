//! The processor check that both programs make before anything else.
//!
//! On x86-64 everything is compiled for `x86-64-v3` (see `.cargo/config.toml`),
//! so on an older processor the first wide instruction would end the program
//! with nothing but "illegal instruction". The standard library's feature
//! detection cannot tell: what is switched on at compile time it reports as
//! present. Hence the `CPUID` leaves are read here.

/// A processor that lacks what this build needs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "this build needs a processor with AVX2 (x86-64-v3: Intel Haswell of 2013, AMD Excavator \
     of 2015, or newer); this one lacks {}", missing.join(", ")
)]
pub struct UnsupportedCpu {
    /// Names of the missing features.
    pub missing: Vec<&'static str>,
}

/// Checks that the processor has every feature this build was compiled for.
#[cfg(target_arch = "x86_64")]
pub fn check() -> Result<(), UnsupportedCpu> {
    use raw_cpuid::{
        CpuId, ExtendedFeatures as Extended, ExtendedProcessorFeatureIdentifiers as Amd,
        FeatureInfo as Basic,
    };

    let cpuid = CpuId::new();
    let basic = cpuid.get_feature_info();
    let extended = cpuid.get_extended_feature_info();
    let amd = cpuid.get_extended_processor_and_feature_identifiers();
    let has = [
        ("AVX", basic.as_ref().is_some_and(Basic::has_avx)),
        ("FMA", basic.as_ref().is_some_and(Basic::has_fma)),
        ("F16C", basic.as_ref().is_some_and(Basic::has_f16c)),
        ("MOVBE", basic.as_ref().is_some_and(Basic::has_movbe)),
        ("OSXSAVE", basic.as_ref().is_some_and(Basic::has_oxsave)),
        ("AVX2", extended.as_ref().is_some_and(Extended::has_avx2)),
        ("BMI1", extended.as_ref().is_some_and(Extended::has_bmi1)),
        ("BMI2", extended.as_ref().is_some_and(Extended::has_bmi2)),
        ("LZCNT", amd.as_ref().is_some_and(Amd::has_lzcnt)),
    ];
    missing(&has)
}

/// Checks that the processor has every feature this build was compiled for.
#[cfg(not(target_arch = "x86_64"))]
pub fn check() -> Result<(), UnsupportedCpu> {
    missing(&[])
}

fn missing(features: &[(&'static str, bool)]) -> Result<(), UnsupportedCpu> {
    let missing: Vec<_> = features
        .iter()
        .filter_map(|&(name, present)| (!present).then_some(name))
        .collect();
    if missing.is_empty() {
        Ok(())
    } else {
        Err(UnsupportedCpu { missing })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_that_runs_this_build_passes() {
        assert_eq!(check(), Ok(()));
    }

    #[test]
    fn the_sentence_names_what_is_missing() {
        let error = missing(&[("AVX", true), ("AVX2", false), ("FMA", false)]);
        let sentence = error.err().map(|e| e.to_string()).unwrap_or_default();
        assert!(sentence.ends_with("lacks AVX2, FMA"), "{sentence}");
    }
}
