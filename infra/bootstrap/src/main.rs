//! Every function in one binary, for the local run: it is linked once instead of once for each
//! function. The runtime names the handler. Deployments to AWS use one binary per function.

use lambda::{Error, block_on, handler};

/// No function of this name is linked in.
#[derive(Debug)]
struct UnknownHandler(String);

impl std::fmt::Display for UnknownHandler {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "no function is called {}", self.0)
    }
}

impl std::error::Error for UnknownHandler {}

fn main() -> Result<(), Error> {
    match handler()?.as_str() {
        "application-correct" => block_on(application_correct::run()),
        "application-stay" => block_on(application_stay::run()),
        "application-withdraw" => block_on(application_withdraw::run()),
        "camp-confirm" => block_on(camp_confirm::run()),
        "count-applications" => block_on(count_applications::run()),
        "deliver-message" => block_on(deliver_message::run()),
        "expire-deadlines" => block_on(expire_deadlines::run()),
        "look-up-person" => block_on(look_up_person::run()),
        "office-accept-transfer" => block_on(office_accept_transfer::run()),
        "office-application" => block_on(office_application::run()),
        "office-approve-meals" => block_on(office_approve_meals::run()),
        "office-assign-territory" => block_on(office_assign_territory::run()),
        "office-confirm" => block_on(office_confirm::run()),
        "office-decline" => block_on(office_decline::run()),
        "office-directory" => block_on(office_directory::run()),
        "office-enrol" => block_on(office_enrol::run()),
        "office-free-places" => block_on(office_free_places::run()),
        "office-inbox" => block_on(office_inbox::run()),
        "office-messages" => block_on(office_messages::run()),
        "office-paper" => block_on(office_paper::run()),
        "office-places" => block_on(office_places::run()),
        "office-refuse" => block_on(office_refuse::run()),
        "office-register" => block_on(office_register::run()),
        "office-release-transfer" => block_on(office_release_transfer::run()),
        "office-reports" => block_on(office_reports::run()),
        "office-resolve" => block_on(office_resolve::run()),
        "office-return" => block_on(office_return::run()),
        "office-sign-in" => block_on(office_sign_in::run()),
        "on-application-changed" => block_on(on_application_changed::run()),
        "on-directory-uploaded" => block_on(on_directory_uploaded::run()),
        "on-document-uploaded" => block_on(on_document_uploaded::run()),
        "portal-applications" => block_on(portal_applications::run()),
        "portal-assets" => block_on(portal_assets::run()),
        "portal-faq" => block_on(portal_faq::run()),
        "portal-home" => block_on(portal_home::run()),
        "portal-queue" => block_on(portal_queue::run()),
        "portal-receipt" => block_on(portal_receipt::run()),
        "portal-school-search" => block_on(portal_school_search::run()),
        "portal-schools" => block_on(portal_schools::run()),
        "portal-status" => block_on(portal_status::run()),
        "portal-teachers" => block_on(portal_teachers::run()),
        "portal-unsubscribe" => block_on(portal_unsubscribe::run()),
        "recalculate-quotas" => block_on(recalculate_quotas::run()),
        "send-code" => block_on(send_code::run()),
        "suggest-address" => block_on(suggest_address::run()),
        "upload-document" => block_on(upload_document::run()),
        "wizard-camp" => block_on(wizard_camp::run()),
        "wizard-consent" => block_on(wizard_consent::run()),
        "wizard-contacts" => block_on(wizard_contacts::run()),
        "wizard-family" => block_on(wizard_family::run()),
        "wizard-meals" => block_on(wizard_meals::run()),
        "wizard-review" => block_on(wizard_review::run()),
        "wizard-school" => block_on(wizard_school::run()),
        "wizard-service" => block_on(wizard_service::run()),
        "wizard-transfer" => block_on(wizard_transfer::run()),
        other => Err(UnknownHandler(other.to_owned()).into()),
    }
}
