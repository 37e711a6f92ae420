//! Chat templates: what they write, and the leash they run on.

use llmos_gguf::build::sample_model;
use llmos_gguf::{ChatTemplate, RenderOptions, TemplateError, TemplateMessage, TemplateSource};

use crate::support::{open_container, template, tokenizer};

fn message<'m>(role: &'m str, content: &'m str) -> TemplateMessage<'m> {
    TemplateMessage { role, content }
}

fn answering() -> RenderOptions {
    RenderOptions {
        add_generation_prompt: true,
        ..RenderOptions::default()
    }
}

fn render(text: &str, messages: &[TemplateMessage<'_>], options: &RenderOptions) -> String {
    template(text).render(messages, options).unwrap().text()
}

/// What `text` writes for one message.
fn writes(text: &str) -> String {
    render(text, &[message("user", "Hi")], &RenderOptions::default())
}

/// Why the template `text` can't be used.
fn error(text: &str) -> TemplateError {
    let tokenizer = tokenizer(&sample_model());
    ChatTemplate::new(text, TemplateSource::File, &tokenizer).unwrap_err()
}

#[test]
fn dates_and_trimming_as_llama_3_has_them() {
    let text = include_str!("../fixtures/dated.jinja");
    let messages = [message("system", " Be brief. "), message("user", " Hi\n")];
    let mut options = answering();
    assert_eq!(
        render(text, &messages, &options),
        "<|endoftext|><|im_start|>system\nToday: 26 Jul 2024\nBe brief.<|im_end|>\
         <|im_start|>user\nHi<|im_end|><|im_start|>assistant\n"
    );
    options.today = Some("2025-11-24".to_owned());
    assert!(render(text, &messages, &options).contains("Today: 24 Nov 2025\n"));
    options.today = Some("tomorrow".to_owned());
    assert!(render(text, &messages, &options).contains("Today: 26 Jul 2024\n"));
}

#[test]
fn namespaces_methods_and_loop_controls_as_qwen_3_has_them() {
    let text = include_str!("../fixtures/thinking.jinja");
    let messages = [
        message("system", "S"),
        message("user", "A"),
        message("assistant", "<think>\nsecret\n</think>\n\nB"),
        message("user", "C"),
    ];
    let mut options = answering();
    assert_eq!(
        render(text, &messages, &options),
        "<|im_start|>system\nS<|im_end|>\n<|im_start|>user\nA<|im_end|>\n\
         <|im_start|>assistant\nB<|im_end|>\n<|im_start|>user\nC<|im_end|>\n<|im_start|>assistant\n"
    );
    let thinking_aloud = render(text, &messages[..3], &options);
    assert!(
        thinking_aloud.contains("<think>\nsecret\n</think>\n\nB"),
        "{thinking_aloud}"
    );
    options.thinking = Some(false);
    assert!(render(text, &messages, &options).ends_with("assistant\n<think>\n\n</think>\n\n"));
    options.thinking = Some(true);
    assert!(render(text, &messages, &options).ends_with("assistant\n"));
    let late = template(text)
        .render(&[message("user", "A"), message("system", "S")], &options)
        .unwrap_err();
    assert_eq!(
        late,
        TemplateError::Refused {
            message: "system must come first".to_owned()
        }
    );
}

#[test]
fn control_tokens_made_of_roles_as_phi_3_has_them() {
    let text = include_str!("../fixtures/roles.jinja");
    let messages = [message("user", "Hi"), message("assistant", "Ho")];
    assert_eq!(
        render(text, &messages, &answering()),
        "<|user|>\nHi<|end|>\n<|assistant|>\nHo<|end|>\n<|assistant|>\n"
    );
    assert_eq!(
        render(text, &messages[..1], &RenderOptions::default()),
        "<|user|>\nHi<|end|>\n<|im_end|>"
    );
}

#[test]
fn a_system_message_moves_to_the_user_where_there_is_no_place_for_it() {
    let text = include_str!("../fixtures/turns.jinja");
    assert!(!template(text).takes_system());
    let messages = [
        message("system", "Be brief."),
        message("user", " Hi "),
        message("assistant", "Ho"),
        message("user", "Bye"),
    ];
    assert_eq!(
        render(text, &messages, &answering()),
        "<|endoftext|><start_of_turn>user\nBe brief.\n\n Hi<end_of_turn>\n\
         <start_of_turn>model\nHo<end_of_turn>\n<start_of_turn>user\nBye<end_of_turn>\n\
         <start_of_turn>model\n"
    );
    let twice = [message("user", "A"), message("user", "B")];
    let refused = template(text).render(&twice, &answering()).unwrap_err();
    assert!(
        matches!(refused, TemplateError::Refused { .. }),
        "{refused}"
    );
}

#[test]
fn a_system_message_that_the_template_forgets_is_not_lost() {
    let text = "{% for m in messages if m.role != 'system' %}[{{ m.content }}]{% endfor %}";
    let messages = [message("system", "S"), message("user", "U")];
    assert_eq!(render(text, &messages, &answering()), "[S\n\nU]");
}

#[test]
fn filters_and_dictionaries_as_mistral_has_them() {
    let text = include_str!("../fixtures/instructions.jinja");
    let messages = [
        message("system", "S"),
        message("user", "A"),
        message("assistant", " B "),
        message("user", "C"),
    ];
    assert_eq!(
        render(text, &messages, &RenderOptions::default()),
        "<|endoftext|>[INST] A [/INST] B<|im_end|>[INST] S\n\nC [/INST]"
    );
    let refused = template(text)
        .render(&[message("user", "A"), message("tool", "B")], &answering())
        .unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the chat template refuses this conversation: \
         Only user and assistant roles are supported, got user,tool; 1"
    );
}

#[test]
fn white_space_is_trimmed_around_blocks_as_transformers_does() {
    assert_eq!(
        writes("a\n  {% if true %}\n  b\n  {% endif %}\nc\n"),
        "a\n  b\nc"
    );
    assert_eq!(writes("{% generation %}x{% endgeneration %}"), "x");
    assert_eq!(
        writes("{{ 1 < 2 }} {{ none }} {{ nothing }}|"),
        "True None |"
    );
    assert_eq!(writes("<b>{{ '<&>' }}</b>"), "<b><&></b>");
}

#[test]
fn python_methods() {
    for (expression, expected) in [
        ("' a '.strip()", "a"),
        ("'xxaxx'.strip('x')", "a"),
        ("'a\n\n'.rstrip('\n') ~ '|'", "a|"),
        ("'a,b,c'.split(',')[-1]", "c"),
        ("'a,b,c'.split(',', 1) | join('+')", "a+b,c"),
        ("'a,b,c'.rsplit(',', 1) | join('+')", "a,b+c"),
        ("' a  b '.split() | join('+')", "a+b"),
        ("'a\nb'.splitlines() | length", "2"),
        ("'abc'.startswith(('x', 'a'))", "True"),
        ("'abc'.endswith('x')", "False"),
        ("'abc'.removeprefix('a').removesuffix('c')", "b"),
        ("'hello world'.title()", "Hello World"),
        ("'hELLO'.capitalize()", "Hello"),
        ("'aé'.upper() ~ 'AÉ'.lower()", "AÉaé"),
        ("'a-b-c'.replace('-', '+', 1)", "a+b-c"),
        ("'éab'.find('b')", "2"),
        ("'abc'.find('x')", "-1"),
        ("'aXbX'.count('X')", "2"),
        ("'abc'.count('')", "4"),
        ("', '.join(['a', 'b'])", "a, b"),
        ("'12'.isdigit()", "True"),
        ("{'a': 1}.get('a')", "1"),
        ("{'a': 1}.get('b', 2)", "2"),
        ("{'a': 1}.get('b')", "None"),
        ("{'a': 1, 'b': 2}.keys() | join(',')", "a,b"),
        ("{'a': 1, 'b': 2}.values() | join(',')", "1,2"),
        ("['a', 'b', 'a'].count('a')", "2"),
        ("range(3) | list | length", "3"),
        ("range(5, 1, -2) | join(',')", "5,3"),
        ("'x' | replace('x', 'y') | upper", "Y"),
        ("'a\nb' | indent(2)", "a\n  b"),
    ] {
        assert_eq!(
            writes(&format!("{{{{ {expression} }}}}")),
            expected,
            "{expression}"
        );
    }
    let text = "{% for key, value in {'a': 1, 'b': 2}.items() %}{{ key }}={{ value }};{% endfor %}";
    assert_eq!(writes(text), "a=1;b=2;");
}

#[test]
fn json_is_written_as_python_writes_it() {
    assert_eq!(
        writes("{{ {'a': [1, 'é<'], 'b': none, 'c': {}} | tojson }}"),
        r#"{"a": [1, "é<"], "b": null, "c": {}}"#
    );
    assert_eq!(
        writes("{{ {'a': [1]} | tojson(indent=2, ensure_ascii=false) }}"),
        "{\n  \"a\": [\n    1\n  ]\n}"
    );
}

#[test]
fn a_template_that_is_no_jinja_is_refused_with_its_line() {
    for (text, line) in [("a\n{% if %}", 2), ("\n\n{{ x", 3), ("{% nonsense %}", 1)] {
        let error = error(text);
        assert!(
            matches!(error, TemplateError::Syntax { line: found, .. } if found == line),
            "{error:?}"
        );
    }
    assert!(matches!(
        error("{{ x | no_such_filter }}"),
        TemplateError::Syntax { .. }
    ));
    assert!(matches!(
        error("{% include 'secrets' %}"),
        TemplateError::Failed { .. }
    ));
    assert!(matches!(
        error("{{ messages.no_such_method() }}"),
        TemplateError::Failed { .. }
    ));
}

#[test]
fn endless_templates_run_out_of_fuel() {
    let loops = "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}";
    assert_eq!(error(loops), TemplateError::OutOfFuel);
    let recursion = "{% macro again() %}{{ again() }}{% endmacro %}{{ again() }}";
    error(recursion);
}

#[test]
fn output_is_bounded_also_where_it_is_captured() {
    let wide = "x".repeat(60_000);
    let text = format!("{{% for a in range(20) %}}{wide}{{% endfor %}}");
    assert!(matches!(error(&text), TemplateError::TooMuchOutput { .. }));
    let text = format!(
        "{{% set x = '{wide}' %}}{{% set y %}}{{% for a in range(20) %}}{{{{ x }}}}{{% endfor %}}{{% endset %}}"
    );
    assert!(matches!(error(&text), TemplateError::TooMuchOutput { .. }));
}

#[test]
fn what_makes_much_of_little_is_not_offered() {
    for text in [
        "{{ 'a' * 100000000 }}",
        "{{ ([0] * 1000000000000) | list }}",
        "{{ range(100000000) | list }}",
        "{{ 'abc'.replace('', 'a' | indent(99999999)) | batch(3) }}",
        "{% set x = 'a' | replace('a', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa') %}\
         {% for i in range(9) %}{% endfor %}{{ '%1000000000s' | format(x) }}",
        "{{ debug() }}",
    ] {
        error(text);
    }
    let square = "{% set a = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' %}\
        {% set b = a.replace('a', a) %}{% set c = b.replace('a', b) %}{{ c.replace('a', c) | length }}";
    let error = error(square);
    assert!(error.to_string().contains("too large"), "{error}");
}

#[test]
fn an_odd_date_format_is_an_error_and_no_panic() {
    let template = template("{% if strftime_now is defined %}{{ strftime_now('%Q') }}{% endif %}");
    let mut options = answering();
    template.render(&[], &options).unwrap();
    options.today = Some("2025-11-24".to_owned());
    let error = template.render(&[], &options).unwrap_err();
    assert!(error.to_string().contains("%Q"), "{error}");
}

#[test]
fn numbers_at_their_limits_are_no_trouble() {
    for expression in [
        "'abc'[::-9223372036854775808]",
        "'abc'[9223372036854775807:]",
        "-9223372036854775808 | abs",
        "-9223372036854775808 // -1",
        "9223372036854775807 + 1",
        "1 // 0",
        "1 % 0",
        "range(9223372036854775800, 9223372036854775807) | list",
        "range(1, 5, 0)",
        "'x' | indent(18446744073709551615)",
    ] {
        // An answer or an error, but no panic.
        let tokenizer = tokenizer(&sample_model());
        let text = format!("{{{{ {expression} }}}}");
        let _ = ChatTemplate::new(&text, TemplateSource::File, &tokenizer);
    }
}

#[test]
fn a_template_that_is_too_long_is_refused() {
    let error = error(&"x".repeat((256 << 10) + 1));
    assert!(matches!(error, TemplateError::TooLong { .. }), "{error}");
}

#[test]
fn large_messages_and_long_conversations_are_no_trouble() {
    let text = include_str!("../fixtures/thinking.jinja");
    let large = "word ".repeat(1 << 18);
    let rendered = render(text, &[message("user", &large)], &answering());
    assert!(rendered.len() > large.len());
    let many: Vec<_> = (0..2_000)
        .map(|index| message(if index % 2 == 0 { "user" } else { "assistant" }, "text"))
        .collect();
    render(text, &many, &answering());
}

#[test]
fn files_without_a_template_get_one() {
    let mut writer = sample_model();
    let render = |writer: &llmos_gguf::build::GgufWriter<'_>| {
        let file = open_container(&writer.to_bytes().unwrap()).unwrap();
        let tokenizer = llmos_gguf::Tokenizer::from_gguf(&file).unwrap();
        let template = ChatTemplate::from_gguf(&file, &tokenizer).unwrap();
        let messages = [message("system", "S"), message("user", "U")];
        let prompt = template.render(&messages, &answering()).unwrap();
        (template.source(), prompt.text())
    };
    assert_eq!(
        render(&writer),
        (
            TemplateSource::ChatMl,
            "<|im_start|>system\nS<|im_end|>\n<|im_start|>user\nU<|im_end|>\n<|im_start|>assistant\n"
                .to_owned()
        )
    );
    writer.set("tokenizer.ggml.token_type", vec![1i32; 264]);
    assert_eq!(
        render(&writer),
        (
            TemplateSource::Plain,
            "System: S\n\nUser: U\n\nAssistant:".to_owned()
        )
    );
    writer.set("tokenizer.chat_template", 5u32);
    let file = open_container(&writer.to_bytes().unwrap()).unwrap();
    let tokenizer = llmos_gguf::Tokenizer::from_gguf(&file).unwrap();
    ChatTemplate::from_gguf(&file, &tokenizer).unwrap_err();
    assert_eq!(
        ChatTemplate::fallback(&tokenizer).unwrap().source(),
        TemplateSource::Plain
    );
}
