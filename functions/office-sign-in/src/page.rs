//! The pages of the office's door.

use domain::Locale;
use officers::{Secret, SetUp};
use store::office_sessions::{Asked, OfficeSignIn};
use text::{Phrase, office as t};
use views::{Field, FieldError, Kind, LanguageSwitch, Markup, Width, error_of, html};
use web::office::sign_in_path;
use web::{Address, Fields, Visit};

/// The first step. A password is never sent back.
pub fn password(visit: &Visit, to: Option<&Address>, username: &str, errors: &[FieldError]) -> Markup {
    let l = visit.locale;
    let inner = html! {
        (views::hidden("step", "password"))
        @if let Some(to) = to { (views::hidden("to", &to.to_string())) }
        (views::text_input(&Field {
            value: username,
            error: error_of(errors, "username"),
            kind: Kind::Name,
            autocomplete: Some("username"),
            maxlength: Some(128),
            width: Width::W20,
            ..Field::new(l, "username", t::USERNAME.get(l))
        }))
        (secret(l, errors, "password", t::PASSWORD, None, "current-password"))
        (views::primary_button(t::ENTER.get(l)))
    };
    let other = sign_in_path(l.other(), to.map(Address::other_language).as_ref());
    frame(visit, &other, t::SIGN_IN, errors, html! { p { (t::SIGN_IN_INTRO.get(l)) } (form(visit, inner)) })
}

/// A step after the first.
pub fn step(visit: &Visit, waiting: &OfficeSignIn, errors: &[FieldError]) -> Markup {
    let l = visit.locale;
    let (title, intro, field, button) = match &waiting.asked {
        Asked::NewPassword => (
            t::NEW_PASSWORD_TITLE,
            html! { p { (t::NEW_PASSWORD_INTRO.get(l)) } },
            html! {
                (secret(l, errors, "new-password", t::NEW_PASSWORD, Some(t::NEW_PASSWORD_RULES), "new-password"))
                (secret(l, errors, "repeat", t::REPEAT, None, "new-password"))
            },
            t::CHANGE_PASSWORD,
        ),
        Asked::Code => (t::CODE_TITLE, html! { p { (t::CODE_INTRO.get(l)) } }, code(l, errors), t::CONFIRM),
        Asked::SetUp(key) => {
            let set_up = SetUp::new(Secret::new(key));
            let uri = set_up.uri(visit.site.city_name(l), &waiting.username);
            let steps = [
                html! { (t::SET_UP_INSTALL.get(l)) },
                html! {
                    p { (t::SET_UP_ADD.get(l)) }
                    p { code { (set_up.secret().expose()) } }
                    p { a href=(uri.expose()) { (t::SET_UP_LINK.get(l)) } }
                },
                html! { (t::SET_UP_TYPE.get(l)) },
            ];
            let intro = html! { p { (t::SET_UP_INTRO.get(l)) } (views::steps(&steps)) };
            (t::SET_UP_TITLE, intro, code(l, errors), t::CONFIRM)
        }
    };
    let inner = html! {
        (views::hidden("step", name(&waiting.asked)))
        (field)
        (views::primary_button(button.get(l)))
    };
    let again = html! {
        (views::hidden("step", "again"))
        button.quiet type="submit" { (t::AGAIN.get(l)) }
    };
    let other = sign_in_path(l.other(), None);
    let action = Address::OfficeSignIn(l).to_string();
    let body = html! { (intro) (form(visit, inner)) (views::action_form(&action, visit.csrf().as_deref(), again)) };
    frame(visit, &other, title, errors, body)
}

/// What a step is called in its form: an old page does not answer another step.
pub fn name(asked: &Asked) -> &'static str {
    match asked {
        Asked::NewPassword => "new-password",
        Asked::Code => "code",
        Asked::SetUp(_) => "set-up",
    }
}

/// What a step's form answers, with the name of its field; or what is wrong with it.
pub fn answer(l: Locale, asked: &Asked, form: &Fields) -> Result<(&'static str, Secret), Vec<FieldError>> {
    match asked {
        Asked::NewPassword => {
            let (password, repeat) = (form.text("new-password"), form.text("repeat"));
            if password.is_empty() {
                return Err(vec![FieldError::new("new-password", t::NEW_PASSWORD_EMPTY.get(l))]);
            }
            if password != repeat {
                return Err(vec![FieldError::new("repeat", t::REPEAT_DIFFERS.get(l))]);
            }
            Ok(("new-password", Secret::new(password)))
        }
        Asked::Code | Asked::SetUp(_) => {
            let digits: String = form.text("code").chars().filter(|c| !c.is_whitespace()).collect();
            if digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
                Ok(("code", Secret::new(digits)))
            } else {
                Err(vec![FieldError::new("code", t::CODE_EMPTY.get(l))])
            }
        }
    }
}

fn code(l: Locale, errors: &[FieldError]) -> Markup {
    views::text_input(&Field {
        error: error_of(errors, "code"),
        kind: Kind::Digits,
        autocomplete: Some("one-time-code"),
        maxlength: Some(7),
        width: Width::W12,
        ..Field::new(l, "code", t::CODE.get(l))
    })
}

fn secret(
    l: Locale,
    errors: &[FieldError],
    name: &'static str,
    label: Phrase,
    hint: Option<Phrase>,
    autocomplete: &'static str,
) -> Markup {
    views::text_input(&Field {
        hint: hint.map(|hint| hint.get(l)),
        error: error_of(errors, name),
        kind: Kind::Password,
        autocomplete: Some(autocomplete),
        maxlength: Some(128),
        width: Width::W20,
        ..Field::new(l, name, label.get(l))
    })
}

fn form(visit: &Visit, inner: Markup) -> Markup {
    views::form(&Address::OfficeSignIn(visit.locale).to_string(), visit.csrf().as_deref(), false, inner)
}

fn frame(visit: &Visit, other: &str, title: Phrase, errors: &[FieldError], body: Markup) -> Markup {
    let l = visit.locale;
    let shell = visit.shell(title.get(l), LanguageSwitch::Link(other));
    views::office_page(&shell, None, errors, html! { h1 { (title.get(l)) } (body) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(asked: &Asked, form: &str) -> Result<String, String> {
        match answer(Locale::Ru, asked, &Fields::decode(form.as_bytes()).unwrap()) {
            Ok((_, secret)) => Ok(secret.expose().to_owned()),
            Err(errors) => Err(errors.first().map(|error| error.id.to_string()).unwrap_or_default()),
        }
    }

    #[test]
    fn a_code_is_six_digits_with_or_without_spaces() {
        assert_eq!(read(&Asked::Code, "code=123+456"), Ok("123456".to_owned()));
        for form in ["", "code=", "code=12345", "code=1234567", "code=abcdef", "code=%D9%A1%D9%A2%D9%A3"] {
            assert_eq!(read(&Asked::Code, form), Err("code".to_owned()), "{form}");
        }
    }

    #[test]
    fn a_new_password_is_typed_twice() {
        let asked = Asked::NewPassword;
        assert_eq!(read(&asked, "new-password=Aa1&repeat=Aa1"), Ok("Aa1".to_owned()));
        assert_eq!(read(&asked, "new-password=Aa1&repeat=Aa2"), Err("repeat".to_owned()));
        assert_eq!(read(&asked, "repeat=Aa2"), Err("new-password".to_owned()));
    }
}
