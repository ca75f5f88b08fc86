//! The look of the portal: the frame of a page, form components, the stylesheet and the script.
//!
//! Components are functions that return [`Markup`]; they hold no state and decide nothing about
//! an application. Pages carry no inline style, script or event attribute, so the content
//! security policy needs no exception. Everything works without the script; what the script adds
//! is asked for by `data-` attributes, which only this crate writes.

mod chart;
mod content;
mod document;
mod form;
mod list;
mod office;
mod page;
mod viewer;

pub mod assets;

pub use chart::{Bar, Seats, chart, fill_bar, seats_bar, seats_legend};
pub use content::{
    Fact, Row, School, Tile, Tone, button_link, buttons, card, confirmation_panel, details, first_tile, lead, notice,
    print_button, school_card, state_tag, steps, success, summary_list, table, tag, tiles, waiting, warning,
};
pub use document::{
    DocumentRow, DocumentState, SheetUpload, Upload, document_row, document_state, sheet_form, upload_form,
};
pub use form::{
    Checkbox, Choice, DateField, Field, FieldError, Kind, Radio, Select, Width, action_form, checkbox, checkboxes,
    date_input, default_button, error_of, fieldset, form, hidden, primary_button, radios, radios_with, remove_button,
    resend, search, secondary_button, select, suggest_input, text_input, textarea, warning_button,
};
pub use list::{Narrowing, narrowing, pages};
pub use maud::{Markup, PreEscaped, html};
pub use office::{Badge, Filter, Tab, desk_table, filters, finder, keys, nearness_tag, office_page, remark, tabs};
pub use page::{Back, Found, LanguageSwitch, Progress, Shell, form_page, page, wizard_page};
pub use viewer::{ViewedScan, viewer};

#[cfg(test)]
mod gallery;
