//! Whether the device should be spared: what it runs on, and what its owner prefers.

use std::fs;
use std::path::{Path, PathBuf};

use crate::wire::OnBattery;

/// At this charge in per cent and below, a battery is low.
const LOW: u8 = 20;

/// What the device runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Power {
    /// The mains, or the system does not say.
    Mains,
    /// A battery.
    Battery {
        /// Its charge in per cent, where the system says.
        charge: Option<u8>,
        /// Whether the system saves power.
        saver: bool,
    },
}

/// Where it is learned what the device runs on.
pub trait PowerSource {
    /// What it runs on now.
    fn power(&self) -> Power;
}

/// Whether answers should be computed gently now.
pub fn go_easy(preference: OnBattery, source: &impl PowerSource) -> bool {
    // The question may take the system some milliseconds.
    if preference == OnBattery::Full {
        return false;
    }
    let Power::Battery { charge, saver } = source.power() else {
        return false;
    };
    preference == OnBattery::Gentle || saver || charge.is_some_and(|charge| charge <= LOW)
}

/// The system's own answer. Elsewhere than on Linux there is none.
pub fn source() -> impl PowerSource {
    SystemFiles {
        supplies: PathBuf::from("/sys/class/power_supply"),
        profile: PathBuf::from("/sys/firmware/acpi/platform_profile"),
    }
}

/// What Linux says in files (`sysfs-class-power`, `sysfs-platform_profile`). The profile
/// is what desktops set when they save power.
struct SystemFiles {
    supplies: PathBuf,
    profile: PathBuf,
}

impl PowerSource for SystemFiles {
    fn power(&self) -> Power {
        let mut on_battery = false;
        let mut charge: Option<u8> = None;
        for supply in fs::read_dir(&self.supplies).into_iter().flatten().flatten() {
            let read = |name: &str| word(&supply.path().join(name));
            // Batteries of mice and headphones are not what the device runs on.
            if read("scope").as_deref() == Some("Device") {
                continue;
            }
            if read("type").as_deref() != Some("Battery") {
                if read("online").as_deref() == Some("1") {
                    return Power::Mains;
                }
                continue;
            }
            on_battery |= read("status").as_deref() == Some("Discharging");
            let more = read("capacity").and_then(|capacity| capacity.parse().ok());
            charge = charge.max(more);
        }
        if !on_battery {
            return Power::Mains;
        }
        let saver = word(&self.profile).as_deref() == Some("low-power");
        Power::Battery { charge, saver }
    }
}

/// The only word in a file.
fn word(path: &Path) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    Some(text.trim().to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests end by panicking")]
    use super::*;

    impl PowerSource for Power {
        fn power(&self) -> Power {
            *self
        }
    }

    fn battery(charge: u8, saver: bool) -> Power {
        Power::Battery {
            charge: Some(charge),
            saver,
        }
    }

    #[test]
    fn the_preference_decides_what_a_battery_means() {
        use OnBattery::{Automatic, Full, Gentle};
        for (preference, power, easy) in [
            (Automatic, Power::Mains, false),
            (Gentle, Power::Mains, false),
            (Full, battery(5, true), false),
            (Automatic, battery(80, false), false),
            (Automatic, battery(80, true), true),
            (Automatic, battery(20, false), true),
            (Automatic, battery(21, false), false),
            (Gentle, battery(100, false), true),
        ] {
            assert_eq!(
                go_easy(preference, &power),
                easy,
                "{preference:?} {power:?}"
            );
        }
        let unknown = Power::Battery {
            charge: None,
            saver: false,
        };
        assert!(!go_easy(Automatic, &unknown));
    }

    /// Files as Linux has them: of each supply its name, and its files with their words.
    fn files(supplies: &[(&str, &[(&str, &str)])], profile: &str) -> (tempfile::TempDir, Power) {
        let root = tempfile::tempdir().unwrap();
        let source = SystemFiles {
            supplies: root.path().join("power_supply"),
            profile: root.path().join("platform_profile"),
        };
        for (supply, contents) in supplies {
            let folder = source.supplies.join(supply);
            fs::create_dir_all(&folder).unwrap();
            for (name, word) in *contents {
                fs::write(folder.join(name), format!("{word}\n")).unwrap();
            }
        }
        if !profile.is_empty() {
            fs::write(&source.profile, format!("{profile}\n")).unwrap();
        }
        let power = source.power();
        (root, power)
    }

    #[test]
    fn files_of_the_system_are_understood() {
        let power =
            |supplies: &[(&str, &[(&str, &str)])], profile: &str| files(supplies, profile).1;
        let plug = |online| ("AC", [("type", "Mains"), ("online", online)]);
        let cell = |status, capacity| {
            (
                "BAT0",
                [
                    ("type", "Battery"),
                    ("status", status),
                    ("capacity", capacity),
                ],
            )
        };
        let (on, off) = (plug("1"), plug("0"));
        let full = cell("Full", "100");
        let empty = cell("Discharging", "12");
        assert_eq!(power(&[], ""), Power::Mains, "a machine without either");
        assert_eq!(power(&[(on.0, &on.1)], "low-power"), Power::Mains);
        assert_eq!(
            power(&[(on.0, &on.1), (empty.0, &empty.1)], ""),
            Power::Mains,
            "a weak plug"
        );
        assert_eq!(
            power(&[(off.0, &off.1), (empty.0, &empty.1)], "balanced"),
            battery(12, false)
        );
        assert_eq!(
            power(&[(off.0, &off.1), (empty.0, &empty.1)], "low-power"),
            battery(12, true)
        );
        assert_eq!(power(&[(full.0, &full.1)], "low-power"), Power::Mains);
        let mouse: [(&str, &str); 4] = [
            ("type", "Battery"),
            ("scope", "Device"),
            ("status", "Discharging"),
            ("capacity", "3"),
        ];
        assert_eq!(power(&[("mouse", &mouse)], ""), Power::Mains);
        // Two batteries, of which one is not used yet.
        let second: [(&str, &str); 3] = [
            ("type", "Battery"),
            ("status", "Not charging"),
            ("capacity", "90"),
        ];
        assert_eq!(
            power(&[(empty.0, &empty.1), ("BAT1", &second)], ""),
            battery(90, false)
        );
        let silent: [(&str, &str); 2] = [("type", "Battery"), ("status", "Discharging")];
        let unknown = Power::Battery {
            charge: None,
            saver: false,
        };
        assert_eq!(power(&[("BAT0", &silent)], ""), unknown);
    }
}
