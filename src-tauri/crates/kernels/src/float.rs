//! Half-precision numbers, one at a time.

/// IEEE 754 half precision to single precision. Exact.
#[must_use]
pub fn f16_to_f32(half: u16) -> f32 {
    let sign = u32::from(half & 0x8000) << 16;
    let exponent = u32::from(half >> 10 & 0x1f);
    let mantissa = u32::from(half & 0x3ff);
    let bits = match exponent {
        // Zero and the subnormal numbers: mantissa × 2⁻²⁴.
        0 => return f32::from_bits(sign | 0x3380_0000) * mantissa as f32,
        0x1f => sign | 0x7f80_0000 | mantissa << 13,
        _ => sign | (exponent + 112) << 23 | mantissa << 13,
    };
    f32::from_bits(bits)
}

/// Single precision to half precision, to the nearest, ties to even.
#[must_use]
pub fn f32_to_f16(value: f32) -> u16 {
    let bits = value.to_bits();
    let sign = (bits >> 16 & 0x8000) as u16;
    let magnitude = bits & 0x7fff_ffff;
    if magnitude >= 0x7f80_0000 {
        let nan = if magnitude > 0x7f80_0000 { 0x200 } else { 0 };
        return sign | 0x7c00 | nan;
    }
    if magnitude >= 0x4780_0000 {
        return sign | 0x7c00;
    }
    if magnitude < 0x3880_0000 {
        // Subnormal: counts of 2⁻²⁴. Adding 0.5 leaves exactly these bits in
        // the mantissa, rounded by the addition itself.
        let counted = f32::from_bits(magnitude) + 0.5;
        return sign | (counted.to_bits() - 0.5f32.to_bits()) as u16;
    }
    let rounded = magnitude - 0x3800_0000 + 0xfff + (magnitude >> 13 & 1);
    sign | (rounded >> 13) as u16
}

/// bfloat16 to single precision. Exact.
#[must_use]
pub fn bf16_to_f32(brain: u16) -> f32 {
    f32::from_bits(u32::from(brain) << 16)
}

/// Single precision to bfloat16, to the nearest, ties to even.
#[must_use]
pub fn f32_to_bf16(value: f32) -> u16 {
    let bits = value.to_bits();
    if value.is_nan() {
        return (bits >> 16) as u16 | 0x40;
    }
    let rounded = bits.wrapping_add(0x7fff + (bits >> 16 & 1));
    (rounded >> 16) as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_half_survives_the_way_there_and_back() {
        // Miri takes a sample: it runs a thousand times slower.
        for half in (0..=u16::MAX).step_by(if cfg!(miri) { 61 } else { 1 }) {
            let value = f16_to_f32(half);
            if value.is_nan() {
                assert!(f16_to_f32(f32_to_f16(value)).is_nan());
            } else {
                assert_eq!(f32_to_f16(value), half, "{value}");
            }
            let brain = bf16_to_f32(half);
            if !brain.is_nan() {
                assert_eq!(f32_to_bf16(brain), half);
            }
        }
    }

    /// Exact, which `powi` need not be.
    fn power_of_two(exponent: i32) -> f32 {
        f32::from_bits(((127 + exponent) as u32) << 23)
    }

    #[test]
    fn known_values_and_rounding() {
        assert_eq!(f16_to_f32(0x3c00).to_bits(), 1.0f32.to_bits());
        assert_eq!(f16_to_f32(0x0001).to_bits(), power_of_two(-24).to_bits());
        assert_eq!(f16_to_f32(0xc000).to_bits(), (-2.0f32).to_bits());
        assert_eq!(
            f32_to_f16(1.0 + power_of_two(-11)),
            0x3c00,
            "a tie goes to even"
        );
        assert_eq!(
            f32_to_f16(1.0 + 3.0 * power_of_two(-11)),
            0x3c02,
            "a tie goes to even"
        );
        assert_eq!(f32_to_f16(65519.0), 0x7bff);
        assert_eq!(f32_to_f16(65520.0), 0x7c00);
        assert_eq!(f32_to_f16(f32::INFINITY), 0x7c00);
        assert_eq!(f32_to_f16(-0.0), 0x8000);
        assert_eq!(f32_to_f16(power_of_two(-25)), 0, "a tie goes to even");
        assert_eq!(
            f32_to_bf16(1.0 + power_of_two(-8)),
            0x3f80,
            "a tie goes to even"
        );
    }
}
