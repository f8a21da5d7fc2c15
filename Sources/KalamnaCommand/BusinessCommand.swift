import ArgumentParser
import Foundation
import Kalamna

struct BusinessCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "business", abstract: "Make and look after businesses.", subcommands: [Create.self])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Register a business with its owner; prints its widget key once.")

        @Option(help: "The business's name.") var name: String
        @Option(help: "The owner's e-mail.") var email: String
        @Option(help: "The owner's password; without it KALAMNA_OWNER_PASSWORD, else one is made.") var password: String?
        @Option(help: "The owner's name.") var owner: String = "Owner"
        @Option(help: "Sites that may show the widget, such as https://shop.example; may be repeated. “*” is any.") var origin: [String] = []
        @Option(help: "ar or en.") var locale: String = "ar"
        @Option(help: "text or json.") var format: String = "text"
        @Option(help: "Folder of the SQLite database.") var data: String?

        private struct Made: Encodable {
            let business_id: String
            let email: String
            let password: String?
            let widget_key: String
        }

        func run() async throws {
            let given = password ?? ProcessInfo.processInfo.environment["KALAMNA_OWNER_PASSWORD"]
            let secret = given ?? String(Secrets.key(prefix: "").prefix(16))
            try await OperatorSettings(dataFolder: data).withServices { services in
                let registered = try await services.registration.register(
                    RegistrationRequest(
                        businessName: name, name: owner, email: email, password: secret, locale: Locale(rawValue: locale) ?? .ar))
                if !origin.isEmpty { try await allow(origin, in: registered.business.id, services) }
                let made = Made(
                    business_id: registered.business.id.description, email: registered.admin.email, password: given == nil ? secret : nil,
                    widget_key: registered.widgetKey)
                if format == "json" {
                    print(String(decoding: try JSONEncoder().encode(made), as: UTF8.self))
                } else {
                    print("business   \(made.business_id)\nowner      \(made.email)")
                    if let password = made.password { print("password   \(password)") }
                    print("widget key \(made.widget_key)\n(The key and the password are not shown again.)")
                }
            }
        }

        private func allow(_ origins: [String], in business: BusinessID, _ services: Services) async throws {
            let now = services.clock.now()
            try await services.database.write(of: business) { db in
                for key in try APIKeys(db).list() {
                    try APIKeys(db).update(key.id, APIKeyChanges(allowedOrigins: origins), by: .system, now: now)
                }
            }
        }
    }
}
