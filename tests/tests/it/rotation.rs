//! The keys of codes change while codes are on their way.

use domain::Phone;
use serde_json::{Value, json};
use store::CodeKeys;
use store::codes::{Ceilings, Code, CodeCheck, CodeSend, Recipient};
use tests::aws::{Request, ask, tool};
use tests::portal::block_on;
use tests::{Family, Portal, Result, Stack};

const KIND: &str = "application/x-amz-json-1.1";

fn secrets(stack: &Stack, operation: &str, asked: &Value) -> Result<Value> {
    let target = format!("secretsmanager.{operation}");
    Ok(serde_json::from_str(&ask(stack, Request::json("secretsmanager", KIND, &target, &asked.to_string()))?.body)?)
}

/// A secret of a test's own: its name.
fn create(stack: &Stack, text: &str) -> Result<String> {
    let name = format!("rotation-{}", Portal::unique()?);
    let asked = json!({"Name": name, "SecretString": text, "ClientRequestToken": "0".repeat(32)});
    secrets(stack, "CreateSecret", &asked)?;
    Ok(name)
}

#[test]
fn a_code_counts_until_the_keys_have_been_changed_twice() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let secret = create(&stack, &"0a".repeat(32))?;
    let read = || -> Result<(String, String)> {
        let held = secrets(&stack, "GetSecretValue", &json!({"SecretId": secret}))?;
        let part = |name: &str| held.get(name).and_then(Value::as_str).map(str::to_owned).ok_or("not told");
        Ok((part("SecretString")?, part("VersionId")?))
    };
    let mut held = vec![read()?];
    for _ in 0..2 {
        let version = tool(&stack, "rotate.py", &[&secret])?;
        held.push(read()?);
        assert_eq!(Some(version.trim()), held.last().map(|(_, version)| version.as_str()), "another version is told");
    }
    let keys = held.iter().map(|(keys, _)| Ok(CodeKeys::parse(keys)?)).collect::<Result<Vec<_>>>()?;

    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        for (sent_with, checked_with, counts) in
            [(0, 0, true), (0, 1, true), (0, 2, false), (1, 2, true), (1, 0, false), (2, 2, true)]
        {
            let keys = |at: usize| Ok::<_, tests::Error>(keys.get(at).ok_or("no keys")?.clone());
            let to = Recipient::Phone(Phone::parse(&Family::invented(&stack)?.phone).map_err(|_| "no phone")?);
            let (session, now) = (Portal::unique()?, portal.now());
            let store = portal.store.clone().with_code_keys(keys(sent_with)?);
            let sends = store.code_sends(&session, &to, "192.0.2.1").await?;
            let ceilings = Ceilings { sms_a_day: 1_000_000, network_an_hour: 1_000_000 };
            let CodeSend::Allowed(code) = store.record_code(&sends, ceilings, now).await? else {
                return Err("no code was recorded".into());
            };
            let store = portal.store.clone().with_code_keys(keys(checked_with)?);
            let wrong = if code.as_str() == "000000" { "000001" } else { "000000" };
            let wrong = Code::parse(wrong).ok_or("no code")?;
            assert_eq!(store.check_code(&session, &to, &wrong, now).await?, CodeCheck::Wrong { left: 4 });
            let came = store.check_code(&session, &to, &code, now).await?;
            assert_eq!(came == CodeCheck::Right { consent_at: now }, counts, "{sent_with}, {checked_with}: {came:?}");
        }
        Ok(())
    })
}

#[test]
fn what_holds_no_keys_is_left_alone() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let secret = create(&stack, "token")?;
    let refused = tool(&stack, "rotate.py", &[&secret]).err().ok_or("it was changed")?.to_string();
    assert!(refused.contains("nothing was changed") && !refused.contains("token\""), "{refused}");
    let held = secrets(&stack, "GetSecretValue", &json!({"SecretId": secret}))?;
    assert_eq!(held.get("SecretString").and_then(Value::as_str), Some("token"));
    Ok(())
}
