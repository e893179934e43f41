//! A page for each identity provider. What they send and how they react is in their sequences under
//! `tests/idp/sequences`; here is only where to click.

use super::page::Page;
use super::provider::ProviderName;

/// In the cloud nobody can be told to trust our certificate.
const CLOUD: &str = "the provider connects from the cloud and accepts only certificates that chain to a public \
                     root: give one with --tls-cert and --tls-key, or put a reverse proxy in front";
/// On the operator's own machines somebody can.
const OWN: &str =
    "certificate.pem of the data directory must be among those that its machine trusts";

/// The page of a provider.
pub(super) const fn page(of: ProviderName) -> Page {
    match of {
        ProviderName::Entra => ENTRA,
        ProviderName::Okta => OKTA,
        ProviderName::OneLogin => ONELOGIN,
        ProviderName::JumpCloud => JUMPCLOUD,
        ProviderName::Google => GOOGLE,
        ProviderName::Ping => PING,
        ProviderName::Authentik => AUTHENTIK,
        ProviderName::Keycloak => KEYCLOAK,
        ProviderName::Rauthy => RAUTHY,
    }
}

const ENTRA: Page = Page {
    title: "Microsoft Entra ID",
    address_field: "Tenant URL",
    token_field: "Secret Token",
    steps: &[
        "Entra admin center > Enterprise applications > New application > Create your own application: \
         choose the one that is not in the gallery, and name it.",
        "Provisioning > mode Automatic: paste the Tenant URL and the Secret Token, Test Connection, Save.",
        "Mappings: {mapping}. Or import all at once: Show advanced \
         options > Review your schema, download what is there, then upload the answer of \
         `appliance connection show {connection} --setup entra --format json`.",
        "Users and groups: assign who is to be provisioned.",
        "Provisioning Status On. The first cycle begins within minutes, later ones come about every 40 \
         minutes; `appliance status` shows them.",
    ],
    is_mapped_by_hand: true,
    notes: &[
        "Note when the token expires: Entra ID does not remind you, and stops (quarantine) when it has.",
        "`?aadOptscim062020` behind the Tenant URL makes Entra ID send standard PATCH requests; both \
         forms are understood.",
        "Leave `id` unmapped, and map one value of each type only (no second `work` e-mail).",
        "With an empty Secret Token Entra ID signs a token of its own (meant for tests): \
         `appliance connection set {connection} tenant_id=GUID entra_jwt=on` takes it, with the Tenant ID \
         that the Overview of the Entra admin center shows.",
    ],
    self_signed: "Entra ID accepts only certificates that chain to a public root: give one with --tls-cert and \
                  --tls-key, or put Microsoft's on-premises provisioning agent, which can be told to \
                  trust ours, in front of it",
};

const OKTA: Page = Page {
    title: "Okta",
    address_field: "SCIM connector base URL",
    token_field: "Authorization (HTTP Header, Bearer)",
    steps: &[
        "Admin Console > Applications: create an app integration (SAML or SWA), and in its General tab \
         set Provisioning to SCIM. `SCIM 2.0 Test App (OAuth Bearer Token)` of the catalogue works too.",
        "Provisioning > Integration: paste the base URL; unique identifier field for users `userName`; \
         tick Import, Push New Users, Push Profile Updates and Push Groups; authentication mode HTTP \
         Header; paste the token; Test Connector Configuration.",
        "Provisioning > To App: enable Create Users, Update User Attributes and Deactivate Users.",
        "Assignments: assign people or groups. Push Groups: choose the groups to be pushed.",
    ],
    is_mapped_by_hand: false,
    notes: &[
        "Okta deactivates people and never deletes them.",
        "Push a group after its members were assigned: whom Okta has not provisioned it leaves out.",
    ],
    self_signed: CLOUD,
};

const ONELOGIN: Page = Page {
    title: "OneLogin",
    address_field: "SCIM Base URL",
    token_field: "SCIM Bearer Token",
    steps: &[
        "Administration > Applications > Add App: `SCIM Provisioner with SAML (SCIM v2 Enterprise)`.",
        "Configuration: paste base URL and token; leave the JSON template as it is; API Connection Enable.",
        "Provisioning: Enable provisioning, and choose what happens to people who are deleted or suspended.",
        "Parameters: `scimusername` is the user's e-mail or name; add Groups if they are to be provisioned.",
        "Users: assign them; Provisioning shows who waits for an approval.",
    ],
    is_mapped_by_hand: false,
    notes: &[
        "The JSON template may be edited: values as text and old attribute names are understood.",
    ],
    self_signed: CLOUD,
};

const JUMPCLOUD: Page = Page {
    title: "JumpCloud",
    address_field: "Base URL",
    token_field: "Token Key",
    steps: &[
        "Admin Portal > SSO Applications > Add New Application: a custom application with Identity \
         Management (export users to the application).",
        "Identity Management: API type SCIM, version SCIM 2.0; paste base URL and token; enter an address \
         for the test user, who need not exist; Test Connection; Activate.",
        "Turn on group management if groups are to be provisioned.",
        "User Groups: choose who gets the application.",
    ],
    is_mapped_by_hand: false,
    notes: &["The test makes a user and a group and removes both again."],
    self_signed: CLOUD,
};

const GOOGLE: Page = Page {
    title: "Google Workspace",
    address_field: "Endpoint URL",
    token_field: "Access token",
    steps: &[
        "Admin console > Apps > Web and mobile apps: choose an application of the catalogue whose \
         autoprovisioning lets you enter an endpoint; custom SAML applications have none.",
        "Autoprovisioning > Configure: paste access token and endpoint URL.",
        "Attribute mapping: the username of the application is the primary e-mail address.",
        "Choose a group as the scope if not everybody is meant; set the time before people are suspended \
         or deleted; switch it on.",
    ],
    is_mapped_by_hand: false,
    notes: &["Google provisions people, no groups."],
    self_signed: CLOUD,
};

const PING: Page = Page {
    title: "PingOne and PingFederate",
    address_field: "SCIM Base URL (PingFederate: SCIM URL)",
    token_field: "OAuth Access Token, or client id and secret",
    steps: &[
        "PingOne: Integrations > Provisioning > New connection > Identity Store > SCIM Outbound. \
         PingFederate: an SP connection with Outbound Provisioning of the type SCIM.",
        "SCIM version 2.0, users resource /Users, groups resource /Groups; paste the base URL; \
         authentication: OAuth 2 Bearer Token and the token, or OAuth 2 Client Credentials.",
        "User filter expression `userName eq \"%s\"`, user identifier `userName`.",
        "Choose what happens on removal: disable or delete. Both are understood.",
        "PingOne: add a rule that says who is provisioned, and switch connection and rule on.",
    ],
    is_mapped_by_hand: false,
    notes: &[
        "PingFederate reads all groups to find one; that is no error.",
        "For client credentials `appliance token new --connection {connection} --oauth` prints client id \
         and secret; the token address is that of the server with /oauth/token in place of /scim/v2, and \
         the client authenticates by Basic or in the form.",
    ],
    self_signed: CLOUD,
};

const AUTHENTIK: Page = Page {
    title: "authentik",
    address_field: "URL",
    token_field: "Token",
    steps: &[
        "Admin interface > Applications > Providers > Create > SCIM Provider: paste URL and token.",
        "Leave the property mappings for users and groups as they are, and the compatibility mode at its \
         default.",
        "Applications: open or create the application, and add the provider as a backchannel provider.",
        "The provider's page > Run sync again.",
    ],
    is_mapped_by_hand: false,
    notes: &["A filter by group in the provider decides who is provisioned."],
    self_signed: OWN,
};

const KEYCLOAK: Page = Page {
    title: "Keycloak with the extension scim-for-keycloak",
    address_field: "Base URL",
    token_field: "Bearer token",
    steps: &[
        "Install the extension, and open its SCIM administration in the realm.",
        "Remote SCIM provider > Create: paste the base URL; authentication: bearer token.",
        "Turn on the synchronization of users, and of groups if you want them.",
        "Assign the provider to the realm, or to the clients whose people are meant, and synchronize once.",
    ],
    is_mapped_by_hand: false,
    notes: &["Keycloak sends ids of its own; the server gives others and answers with them."],
    self_signed: OWN,
};

const RAUTHY: Page = Page {
    title: "rauthy",
    address_field: "SCIM base URI",
    token_field: "SCIM bearer token",
    steps: &[
        "Admin UI > Clients: open the client whose people are meant, and enable SCIM.",
        "Paste base URI and bearer token.",
        "Turn on group synchronization if you want groups; a prefix chooses among them.",
        "Save: the first synchronization runs at once.",
    ],
    is_mapped_by_hand: false,
    notes: &[],
    self_signed: OWN,
};
