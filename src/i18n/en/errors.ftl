## Wrong input

error-summary-title = { $count ->
    [one] Please check one thing
   *[other] Please check { $count } things
}
error-prefix = Error
reason-required = Please fill this in
reason-too-long = This is too long. Please shorten it
reason-too-short = This is too short
reason-not-an-email = This does not look like an e-mail address. Example: hanako@example.jp
reason-not-a-date = This is not a date we can read. For 22 November 2026 enter 2026-11-22
reason-in-the-future = The date cannot be later than today
reason-not-an-url = This does not look like a web address
reason-unknown-choice = Please choose one from the list
reason-control-characters = This contains characters that cannot be used
reason-not-the-same = The two entries are not the same
reason-wrong-code = The code is wrong or has expired
reason-expired = This has expired. Please try again
reason-other = Please check what you entered

## Error pages

error-code-label = If you contact us, please give this code
error-try-again = Try again
error-to-my-page = Back to my page
error-to-sign-in = Go to sign-in
error-not-found-title = Page not found
error-not-found-text = The address may be mistyped, or the page is no longer here.
error-forbidden-title = You cannot open this page
error-forbidden-text = Your account is not allowed to see it. If you have another account, sign in with that one.
error-expired-form-title = This page has expired
error-expired-form-text = For your safety a page that was left open cannot be sent. Please go back and send it again.
error-bad-request-title = We could not read the request
error-bad-request-text = Please go back and try again.
error-conflict-title = This could not be completed
error-conflict-text = Something changed in the meantime. Please check the latest state and try again.
error-too-large-title = This is too large to send
error-too-large-text = Please make it smaller and try again.
error-too-many-title = Please wait a little
error-too-many-text = There were many requests in a short time. Please try again after { $when }.
error-busy-title = We are very busy right now
error-busy-text = Please try again in a little while. What you entered has not been saved.
error-fault-title = Sorry, something went wrong
error-fault-text = The problem is on our side. Please try again in a little while.
