//! What pages tell of schools and teachers beside their names: programmes, equipment, ratings.

use domain::Date;
use domain::directory::rows::{RatingRow, SchoolRow, TeacherRow};
use domain::directory::{Category, SchoolKind};

use crate::dice::Dice;

/// A text in both languages, and in how many of a hundred schools it holds.
type Share = (&'static str, &'static str, u32);

const PROGRAMMES: [Share; 10] = [
    ("Углублённое изучение математики", "Математиканы тереңдетіп оқыту", 45),
    ("Робототехника", "Робототехника", 45),
    ("Казахский язык для начинающих", "Бастаушыларға арналған қазақ тілі", 35),
    ("Английский язык с 1 класса", "1-сыныптан бастап ағылшын тілі", 55),
    ("Инклюзивное обучение", "Инклюзивті оқыту", 60),
    ("Шахматы", "Шахмат", 40),
    ("Тоғызқұмалақ", "Тоғызқұмалақ", 30),
    ("Домбра и хор", "Домбыра және хор", 30),
    ("Группа продлённого дня", "Ұзартылған күн тобы", 50),
    ("Экология и живой уголок", "Экология және тірі табиғат бұрышы", 20),
];

const EQUIPMENT: [Share; 10] = [
    ("Спортзал", "Спорт залы", 100),
    ("Столовая", "Асхана", 100),
    ("Библиотека", "Кітапхана", 95),
    ("Медицинский кабинет", "Медициналық кабинет", 95),
    ("Бассейн", "Бассейн", 20),
    ("Лингафонный кабинет", "Лингафон кабинеті", 45),
    ("Кабинет робототехники", "Робототехника кабинеті", 35),
    ("Пандус и лифт", "Пандус пен лифт", 50),
    ("Стадион", "Стадион", 55),
    ("Актовый зал", "Мәжіліс залы", 85),
];

/// A part of a rating, and the points that can be had.
type Part = (&'static str, &'static str, u16);

const OF_SCHOOLS: [Part; 4] = [
    ("Качество знаний", "Білім сапасы", 40),
    ("Квалификация педагогов", "Педагогтердің біліктілігі", 25),
    ("Оснащение", "Жабдықталуы", 20),
    (SURVEY.0, SURVEY.1, 15),
];

const OF_TEACHERS: [Part; 4] = [
    ("Качество знаний учеников", "Оқушылардың білім сапасы", 40),
    ("Курсы повышения квалификации", "Біліктілікті арттыру курстары", 20),
    ("Открытые уроки", "Ашық сабақтар", 20),
    (SURVEY.0, SURVEY.1, 20),
];

const SURVEY: (&str, &str) = ("Опрос родителей", "Ата-аналар сауалнамасы");
const SOURCE: (&str, &str) = ("Демонстрационные данные отдела образования", "Білім бөлімінің көрсетілім деректері");
const SURVEY_SOURCE: (&str, &str) =
    ("Демонстрационные данные опроса родителей", "Ата-аналар сауалнамасының көрсетілім деректері");

/// Fills in what a school's page shows. Some schools have no site.
pub fn furnish(school: &mut SchoolRow, dice: &mut Dice) {
    school.email = format!("{}@mektep.example", school.id);
    if dice.percent(80) {
        school.website = format!("https://{}.mektep.example", school.id);
    }
    (school.programmes_ru, school.programmes_kk) = drawn(&PROGRAMMES, dice);
    if school.kind != SchoolKind::General {
        let (ru, kk) = match school.kind {
            SchoolKind::Lyceum => ("Естественные науки с 1 класса", "1-сыныптан бастап жаратылыстану"),
            _ => ("Второй иностранный язык", "Екінші шет тілі"),
        };
        school.programmes_ru.push(ru.to_owned());
        school.programmes_kk.push(kk.to_owned());
    }
    (school.equipment_ru, school.equipment_kk) = drawn(&EQUIPMENT, dice);
}

fn drawn(shares: &[Share], dice: &mut Dice) -> (Vec<String>, Vec<String>) {
    let drawn = shares.iter().filter(|(_, _, share)| dice.percent(*share));
    drawn.map(|(ru, kk, _)| ((*ru).to_owned(), (*kk).to_owned())).unzip()
}

/// Ratings of most schools and most teachers as of a day. The parts say that they are made up.
pub fn ratings(schools: &[SchoolRow], teachers: &[TeacherRow], as_of: Date, dice: &mut Dice) -> Vec<RatingRow> {
    let mut rows = Vec::new();
    for (at, school) in schools.iter().enumerate() {
        if at % 9 != 5 {
            let bonus = u32::from(school.kind != SchoolKind::General) * 10;
            rows.extend(OF_SCHOOLS.map(|part| row(school, None, part, bonus, as_of, dice)));
        }
    }
    for (at, teacher) in teachers.iter().enumerate() {
        let Some(school) = schools.iter().find(|school| school.id == teacher.school) else { continue };
        if at % 11 != 7 {
            let bonus = match teacher.category {
                Category::Teacher => 0,
                Category::Moderator => 4,
                Category::Expert => 8,
                Category::Researcher => 12,
                Category::Master => 16,
            };
            rows.extend(OF_TEACHERS.map(|part| row(school, Some(teacher), part, bonus, as_of, dice)));
        }
    }
    rows
}

fn row(
    school: &SchoolRow,
    teacher: Option<&TeacherRow>,
    (part_ru, part_kk, of): Part,
    bonus: u32,
    as_of: Date,
    dice: &mut Dice,
) -> RatingRow {
    let percent = 50 + bonus + dice.below(51 - bonus);
    let (source_ru, source_kk) = if part_ru == SURVEY.0 { SURVEY_SOURCE } else { SOURCE };
    RatingRow {
        school: school.id.clone(),
        teacher: teacher.map(|teacher| teacher.id.clone()),
        part_ru: part_ru.to_owned(),
        part_kk: part_kk.to_owned(),
        points: u16::try_from(u32::from(of) * percent / 100).unwrap_or(of),
        of,
        source_ru: source_ru.to_owned(),
        source_kk: source_kk.to_owned(),
        as_of,
    }
}
