//! The arrows of docs/ARCHITECTURE.md, checked against the manifests and the
//! sources: who may import whom, and who may hold what.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests end by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Each part, where it lives, and which of our crates it may use.
const PARTS: &[(&str, &str, &[&str])] = &[
    (
        "llmos",
        ".",
        &[
            "llmos-assistant",
            "llmos-documents",
            "llmos-engine",
            "llmos-engine-mistralrs",
            "llmos-store",
        ],
    ),
    ("llmos-gguf", "src-tauri/crates/gguf", &[]),
    ("llmos-kernels", "src-tauri/crates/kernels", &[]),
    (
        "llmos-engine",
        "src-tauri/crates/engine",
        &["llmos-gguf", "llmos-kernels"],
    ),
    (
        "llmos-engine-mistralrs",
        "src-tauri/crates/engine-mistralrs",
        &["llmos-engine", "llmos-gguf"],
    ),
    ("llmos-store", "src-tauri/crates/store", &[]),
    ("llmos-documents", "src-tauri/crates/documents", &[]),
    (
        "llmos-assistant",
        "src-tauri/crates/assistant",
        &["llmos-documents", "llmos-engine", "llmos-store"],
    ),
    (
        "llmos-cli",
        "src-tauri/crates/cli",
        &[
            "llmos-assistant",
            "llmos-documents",
            "llmos-engine",
            "llmos-engine-mistralrs",
            "llmos-gguf",
            "llmos-store",
        ],
    ),
];

/// Foreign crates that only one part may use.
const RESERVED: &[(&str, &str)] = &[
    ("tauri", "llmos"),
    ("sqlx", "llmos-store"),
    ("libsqlite3", "llmos-store"),
    ("mistralrs", "llmos-engine-mistralrs"),
    ("candle", "llmos-engine-mistralrs"),
    ("memmap2", "llmos-gguf"),
    ("minijinja", "llmos-gguf"),
    ("tokenizers", "llmos-gguf"),
    ("hayro", "llmos-documents"),
    ("html5ever", "llmos-documents"),
    ("quick-xml", "llmos-documents"),
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn manifest(directory: &str) -> toml::Table {
    fs::read_to_string(root().join(directory).join("Cargo.toml"))
        .unwrap()
        .parse()
        .unwrap()
}

/// Names under `[dependencies]` and `[build-dependencies]`; what tests use does not ship.
fn dependencies(manifest: &toml::Table) -> BTreeSet<String> {
    ["dependencies", "build-dependencies"]
        .iter()
        .filter_map(|section| manifest.get(*section)?.as_table())
        .flat_map(|table| table.keys().cloned())
        .collect()
}

fn sources(directory: &Path, extensions: &[&str], found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, extensions, found);
        } else if path
            .extension()
            .is_some_and(|extension| extensions.iter().any(|wanted| extension == *wanted))
        {
            found.push(path);
        }
    }
}

fn shipped_rust(directory: &str) -> Vec<PathBuf> {
    let source = match directory {
        "." => root().join("src-tauri/src"),
        other => root().join(other).join("src"),
    };
    let mut found = Vec::new();
    sources(&source, &["rs"], &mut found);
    assert!(!found.is_empty(), "no sources in {}", source.display());
    found
}

#[test]
fn every_crate_of_the_workspace_is_drawn() {
    let drawn: BTreeSet<String> = PARTS
        .iter()
        .filter(|(_, directory, _)| *directory != ".")
        .map(|(_, directory, _)| (*directory).to_owned())
        .collect();
    let present: BTreeSet<String> = fs::read_dir(root().join("src-tauri/crates"))
        .unwrap()
        .map(|entry| {
            format!(
                "src-tauri/crates/{}",
                entry.unwrap().file_name().to_str().unwrap()
            )
        })
        .collect();
    assert_eq!(present, drawn);
}

#[test]
fn our_crates_use_only_what_is_drawn() {
    for (name, directory, allowed) in PARTS {
        let used: BTreeSet<String> = dependencies(&manifest(directory))
            .into_iter()
            .filter(|dependency| dependency.starts_with("llmos"))
            .collect();
        for dependency in used {
            assert!(
                allowed.contains(&dependency.as_str()),
                "{name} may not depend on {dependency}"
            );
        }
    }
}

#[test]
fn reserved_crates_stay_where_they_belong() {
    for (name, directory, _) in PARTS {
        let dependencies = dependencies(&manifest(directory));
        for (reserved, owner) in RESERVED.iter().filter(|(_, owner)| owner != name) {
            if let Some(found) = dependencies.iter().find(|key| key.starts_with(reserved)) {
                panic!("{name} may not depend on {found}: it belongs to {owner}");
            }
            for path in shipped_rust(directory) {
                let text = fs::read_to_string(&path).unwrap();
                let import = format!("use {reserved}");
                assert!(
                    !text
                        .lines()
                        .any(|line| line.trim_start().starts_with(&import)),
                    "{} uses {reserved}, which belongs to {owner}",
                    path.display()
                );
            }
        }
    }
}

#[test]
fn unsafe_code_lives_in_the_kernels_and_the_file_map_alone() {
    for (name, directory, _) in PARTS {
        if *name == "llmos-kernels" {
            continue;
        }
        let source = match *directory {
            "." => root().join("src-tauri/src"),
            other => root().join(other).join("src"),
        };
        for entry in ["lib.rs", "main.rs"] {
            let Ok(text) = fs::read_to_string(source.join(entry)) else {
                continue;
            };
            let guard = if *name == "llmos-gguf" {
                "#![deny(unsafe_code)]"
            } else {
                "#![forbid(unsafe_code)]"
            };
            assert!(text.contains(guard), "{name}/{entry} lacks {guard}");
        }
    }
}

#[test]
fn one_file_of_the_page_speaks_to_tauri() {
    let mut files = Vec::new();
    sources(&root().join("ui/src"), &["ts", "svelte", "js"], &mut files);
    let speakers: Vec<PathBuf> = files
        .into_iter()
        .filter(|path| fs::read_to_string(path).unwrap().contains("@tauri-apps/"))
        .collect();
    assert_eq!(speakers, [root().join("ui/src/lib/host/tauri.ts")]);
}
