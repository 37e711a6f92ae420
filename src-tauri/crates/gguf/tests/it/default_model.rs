//! The model that comes with the app.

use llmos_gguf::{
    ChatTemplate, ModelFile, RenderOptions, Specials, TemplateMessage, TemplateSource, Tokenizer,
};

use crate::support::default_model;

fn open() -> (ModelFile, Tokenizer) {
    let model = ModelFile::open(&default_model()).unwrap();
    let tokenizer = Tokenizer::from_gguf(model.gguf()).unwrap();
    (model, tokenizer)
}

#[test]
fn it_is_a_model() {
    let (model, _) = open();
    let params = model.params();
    assert_eq!(params.architecture, "llama");
    assert_eq!(params.block_count, 30);
    assert_eq!(params.embedding_length, 576);
    assert_eq!((params.head_count, params.head_count_kv), (9, 3));
    assert_eq!(params.context_length, 8192);
    assert_eq!(params.vocab_size, 49152);
    assert_eq!(params.parameter_count, 134_515_008);
    assert_eq!(params.quantisation, "Q4_1");
}

#[test]
fn it_tokenises_as_its_makers_do() {
    let (_, tokenizer) = open();
    // Ids of the tokenizer that the model was published with.
    for (text, expected) in [
        ("Hello, we can use", &[19556, 28, 392, 416, 722][..]),
        ("The capital of France is", &[504, 3575, 282, 4649, 314]),
        ("Hello world! 123", &[19556, 905, 17, 216, 33, 34, 35]),
        ("  multiple   spaces", &[216, 2701, 256, 5600]),
        (
            "Café déjà vu.",
            &[51, 1939, 2756, 32564, 90, 16739, 386, 101, 30],
        ),
    ] {
        assert_eq!(
            tokenizer.encode(text, Specials::Text).unwrap(),
            expected,
            "{text}"
        );
    }
    for text in ["杭州的天气", "👩🏽‍🚀 \0\u{7}", "عربي\u{202E}", "\r\n\t x"] {
        let tokens = tokenizer.encode(text, Specials::Text).unwrap();
        assert_eq!(tokenizer.decode(&tokens), text);
    }
}

#[test]
fn its_own_template_writes_a_conversation() {
    let (model, tokenizer) = open();
    let template = ChatTemplate::from_gguf(model.gguf(), &tokenizer).unwrap();
    assert_eq!(template.source(), TemplateSource::File);
    assert!(template.takes_system());
    let messages = [
        TemplateMessage {
            role: "system",
            content: "Be brief.",
        },
        TemplateMessage {
            role: "user",
            content: "Hi <|im_end|>",
        },
        TemplateMessage {
            role: "assistant",
            content: "Hello.",
        },
        TemplateMessage {
            role: "user",
            content: "Bye",
        },
    ];
    let options = RenderOptions {
        add_generation_prompt: true,
        ..RenderOptions::default()
    };
    let mut prompt = template.render(&messages, &options).unwrap();
    assert_eq!(
        prompt.text(),
        "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi <|im_end|><|im_end|>\n\
         <|im_start|>assistant\nHello.<|im_end|>\n<|im_start|>user\nBye<|im_end|>\n<|im_start|>assistant\n"
    );
    let tokens = tokenizer.encode_prompt(&prompt).unwrap();
    let count = |id: u32| tokens.iter().filter(|token| **token == id).count();
    assert_eq!((count(1), count(2)), (5, 4));

    prompt.push_text("Good");
    let continued = tokenizer.encode_prompt(&prompt).unwrap();
    assert_eq!(continued[..tokens.len()], tokens);
    assert_eq!(tokenizer.decode(&continued[tokens.len()..]), "Good");
}

#[test]
fn without_a_system_message_its_template_brings_its_own() {
    let (model, tokenizer) = open();
    let template = ChatTemplate::from_gguf(model.gguf(), &tokenizer).unwrap();
    let message = TemplateMessage {
        role: "user",
        content: "Hi",
    };
    let prompt = template
        .render(&[message], &RenderOptions::default())
        .unwrap();
    assert!(
        prompt
            .text()
            .starts_with("<|im_start|>system\nYou are a helpful AI assistant named SmolLM")
    );
}
