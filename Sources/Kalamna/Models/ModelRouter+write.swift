extension ModelRouter {
    /// Asks the models in the plan's order until one has answered, and gives its text to `receive` as it comes, in the caller's task.
    ///
    /// A model that has given no text within `settings.firstTokenDeadline` (its retries included) is left for the next. Once text
    /// has been given, no other model is asked. Throws a `RouterFailure`, whatever `receive` throws, or a `CancellationError`;
    /// the provider's request is cancelled in each case.
    ///
    /// - Parameters:
    ///   - total: for all models together; twice the first-token deadline and a minute unless given.
    ///   - make: sets a model up, with its key; when it throws, the next is asked.
    package func write(
        _ request: ModelRequest, plan: [LLMModel], business: BusinessID, settings: ModelSettings, total: Duration? = nil,
        make: (LLMModel) throws -> any LanguageModel, receive: @Sendable (String) async throws -> Void
    ) async throws -> Routed {
        let deadline = Duration.milliseconds(max(1, settings.firstTokenDeadline))
        let begun = clock.now()
        let end = begun + (total ?? deadline * 2 + limits.timeToWrite)
        var attempts: [Attempt] = []
        var patience = limits.longestWait
        for model in plan {
            let frame = Frame(model: model, business: business, begun: begun, firstTextBy: min(clock.now() + deadline, end), end: end)
            var retries = 0
            while clock.now() < end {
                try Task.checkCancellation()
                let (attempt, completion) = try await attempt(
                    request, frame, isRetry: retries > 0, patience: &patience, make: make, receive: receive)
                attempts.append(attempt)
                if let completion {
                    return Routed(
                        model: model, completion: completion, attempts: attempts, firstToken: attempt.firstToken.map { attempt.startedAfter + $0 },
                        total: clock.now() - begun, usedFallback: model.id != plan.first?.id)
                }
                if attempt.firstToken != nil { throw RouterFailure.broken(attempts) }
                guard case .failed(let failure) = attempt.outcome, let pause = pause(after: failure, retries: retries, frame, deadline) else { break }
                try await clock.sleep(pause)
                retries += 1
            }
        }
        try Task.checkCancellation()
        throw RouterFailure.noneAnswered(attempts)
    }

    /// Whom one model answers, and until when; on the router's clock.
    private struct Frame {
        let model: LLMModel
        let business: BusinessID
        let begun: Duration
        let firstTextBy: Duration
        let end: Duration

        /// What failures are named by: the host and its name of the model.
        var provider: String { "\(model.address.host)/\(model.model)" }
    }

    /// One try, with its completion when it answered. Throws only what ends everything: a cancellation, or what `receive` threw.
    private func attempt(
        _ request: ModelRequest, _ frame: Frame, isRetry: Bool, patience: inout Duration,
        make: (LLMModel) throws -> any LanguageModel, receive: @Sendable (String) async throws -> Void
    ) async throws -> (Attempt, ModelCompletion?) {
        let started = clock.now()
        func result(
            _ outcome: Attempt.Outcome, firstText: Duration? = nil, usage: ModelUsage? = nil, _ completion: ModelCompletion? = nil
        ) -> (Attempt, ModelCompletion?) {
            let attempt = Attempt(
                model: frame.model, outcome: outcome, startedAfter: started - frame.begun, firstToken: firstText.map { $0 - started },
                total: clock.now() - started, usage: usage)
            return (attempt, completion)
        }

        guard let ticket = admit(frame.model, frame.business, isRetry: isRetry) else { return result(.breakerOpen) }
        var verdict = CircuitBreaker.Verdict.neutral
        defer { settle(ticket, verdict, frame.model, frame.business) }
        let model: any LanguageModel
        do { model = try make(frame.model) } catch { return result(.notMade((error as? Failure)?.code ?? "\(type(of: error))")) }
        let place = Bulkhead.Place(business: frame.business, model: frame.model.id)
        let isInside = try await bulkhead.enter(place, patience: patience)
        patience -= min(patience, clock.now() - started)
        guard isInside else { return result(.busy) }

        // The place is free when the model has really ended: calls that don't heed their cancellation can't pile up.
        let call = ModelRouterCall(model, request, clock: clock) { [bulkhead] in bulkhead.leave(place) }
        let end = try await follow(call, frame, receive)
        func estimate() -> ModelUsage { ModelUsage(input: request.estimatedTokens, output: call.tokens, isEstimated: true) }
        switch end {
        case .success(let completion):
            verdict = .success
            return result(.answered, firstText: call.firstText, usage: completion.usage, completion)
        case .failure(.provider(let failure)):
            verdict = .failure(failure)
            let hasWorked = call.firstText != nil || failure.kind == .timeout
            return result(.failed(failure), firstText: call.firstText, usage: hasWorked ? estimate() : nil)
        case .failure(.tooSlow):
            verdict = .failure(ProviderFailure(frame.provider, .timeout))
            return result(.tooSlow, usage: estimate())
        }
    }

    private enum Ending: Error {
        case provider(ProviderFailure)
        case tooSlow
    }

    /// Passes the text on until the call has ended or its time is up.
    private func follow(
        _ call: ModelRouterCall, _ frame: Frame, _ receive: @Sendable (String) async throws -> Void
    ) async throws -> Result<ModelCompletion, Ending> {
        let event = try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [clock] in
                do {
                    try await clock.sleep(frame.firstTextBy - clock.now())
                    call.stop(frame.firstTextBy < frame.end ? .tooSlow : .outOfTime)
                    try await clock.sleep(frame.end - clock.now())
                    call.stop(.outOfTime)
                } catch {
                    // Cancelled: the call is over.
                }
            }
            defer {
                group.cancelAll()
                call.stop(.left)
            }
            while true {
                let event = await call.next()
                guard case .text(let text) = event else { return event }
                try await receive(text)
            }
        }
        switch event {
        case .text, .stopped(.left): throw CancellationError()
        case .stopped(.tooSlow): return .failure(.tooSlow)
        case .stopped(.outOfTime): return .failure(.provider(ProviderFailure(frame.provider, .timeout, code: "no_time_left")))
        case .ended(.success(let completion)): return .success(completion)
        case .ended(.failure(let error)):
            if let failure = error as? ProviderFailure { return .failure(.provider(failure)) }
            // Its words may be the customer's: only what kind of error it is goes on.
            return .failure(.provider(ProviderFailure(frame.provider, .badResponse, code: "\(type(of: error))")))
        }
    }

    /// How long to wait before the same model is asked again; nil when the next one shall be.
    private func pause(after failure: ProviderFailure, retries: Int, _ frame: Frame, _ deadline: Duration) -> Duration? {
        guard failure.isWorthRetrying, retries < limits.mostRetries else { return nil }
        let longest = min(limits.firstPause * (1 << retries), limits.longestPause)
        // Full jitter; after a time that the provider set for all, a little of it.
        let pause = failure.retryAfter.map { $0 + limits.firstPause * (jitter() / 5) } ?? longest * jitter()
        // A retry that has no time to answer is only a load for the provider.
        let timeToAnswer = min(.seconds(1), deadline / 4)
        guard clock.now() + pause + timeToAnswer <= frame.firstTextBy else { return nil }
        return takeRetry(frame.model, frame.business) ? pause : nil
    }
}

extension ModelRequest {
    /// Of what the provider reads.
    fileprivate var estimatedTokens: Int {
        messages.reduce(ModelUsage.estimate(system)) { sum, message in
            switch message.content {
            case .customer(let text), .model(let text, _), .toolResult(let text, _): sum + ModelUsage.estimate(text)
            }
        }
    }
}
