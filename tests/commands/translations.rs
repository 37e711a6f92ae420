//! Translations and glossaries.

use serde_json::{Value, json};

use crate::support::{TestApp, default_model};

#[test]
fn a_text_is_taken_apart_put_into_a_person_s_words_and_kept() {
    let directory = tempfile::tempdir().unwrap();
    let app = TestApp::start(directory.path(), Some(default_model()));
    let info = app.call("translate_info", json!({}));
    assert!(info["languages"].as_array().unwrap().len() > 40);
    let found = app.call(
        "language_detect",
        json!({ "text": "Der Mieter zahlt die Miete am ersten Tag jedes Monats." }),
    );
    assert_eq!(found, json!({ "code": "de", "sure": true }));
    assert_eq!(
        app.call("language_detect", json!({ "text": "42" })),
        json!(null)
    );

    let request = json!({
        "title": "notes.md", "format": "markdown", "source": "# Pets\n\nThey are allowed. `x = 1`\n",
        "from": "en", "to": "de", "formality": "same"
    });
    let view = app.call(
        "translation_save",
        json!({ "id": null, "request": request }),
    );
    let id = view["id"].as_str().unwrap();
    assert_eq!(view["segments"][1]["source"], "They are allowed.");
    assert_eq!(view["segments"][1]["state"], "waiting");
    let edit = |ordinal: usize, text: Value| {
        app.call(
            "segment_edit",
            json!({ "id": id, "ordinal": ordinal, "text": text }),
        )
    };
    assert_eq!(edit(1, json!("Sie sind erlaubt."))["state"], "edited");
    assert_eq!(edit(0, json!(null))["state"], "kept");
    let list = app.call("translations_list", json!({}));
    assert_eq!(
        (&list[0]["done"], &list[0]["segments"]),
        (&json!(2), &json!(2))
    );
    assert_eq!(
        app.refusal(
            "segment_edit",
            json!({ "id": id, "ordinal": 9, "text": "x" })
        ),
        "not_found"
    );
    let mut unknown = request.clone();
    unknown["to"] = json!("tlh");
    assert_eq!(
        app.refusal(
            "translation_save",
            json!({ "id": null, "request": unknown })
        ),
        "invalid_argument"
    );

    let pair = json!({ "from": "en", "to": "de" });
    let term = |target: &str| json!({ "source": "pet", "target": target, "matchCase": false });
    let terms = json!([term("Haustier"), term("Tier"), { "source": " ", "target": "x", "matchCase": false }]);
    let glossary = app.call("glossary_set", json!({ "pair": pair, "terms": terms }));
    assert_eq!(glossary["terms"].as_array().unwrap().len(), 2);
    assert_eq!(
        glossary["conflicts"][0]["targets"],
        json!(["Haustier", "Tier"])
    );
    assert_eq!(app.call("glossary_get", json!({ "pair": pair })), glossary);

    app.call("translation_delete", json!({ "id": id }));
    assert_eq!(
        app.refusal("translation_open", json!({ "id": id })),
        "not_found"
    );
    app.call("translation_restore", json!({ "id": id }));
    let back = app.call("translation_open", json!({ "id": id }));
    assert_eq!(back["segments"][1]["target"], "Sie sind erlaubt.");
    assert_eq!(app.call("translate_info", json!({}))["remembered"], 2);
    app.call("translation_memory_clear", json!({}));
    assert_eq!(app.call("translate_info", json!({}))["remembered"], 0);
    app.call("translation_stop", json!({}));
    assert_eq!(app.call("utterances_list", json!({})), json!([]));
}
