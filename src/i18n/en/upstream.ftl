## Signing in with other services

provider-or = or
provider-google = Sign in with Google
provider-apple = Sign in with Apple
provider-line = Log in with LINE
provider-yahoo-japan = Log in with Yahoo! JAPAN ID
provider-other = Sign in with { $provider }
provider-denied = Signing in with the other service was cancelled
provider-denied-text = Nothing was changed. You can try again or sign in another way.
provider-failed = Signing in with the other service did not work
provider-failed-text = Please try again. If it keeps failing, sign in another way.
provider-unavailable = The other service does not answer at the moment
provider-unavailable-text = Please try again in a while, or sign in another way.

step-provider-title = Confirm with a linked service

## The first time

newcomer-title = Continue with { $provider }
newcomer-open-lead = No account is linked to your { $provider } account yet. You can create one now. No password is needed.
newcomer-open-email = E-mail address of the new account
newcomer-open-submit = Create account
newcomer-changed = That was not possible any more
newcomer-changed-text = The e-mail address is in use by now. Please look at what is possible now.
newcomer-taken-lead = There is already an account with { $email }. Sign in to it once, and you can link { $provider } to it.
newcomer-ask-lead = No account is linked to your { $provider } account yet. To create one, please enter your e-mail address. We will send you a message to confirm it.
newcomer-ask-submit = Send the message
newcomer-only-lead = { $provider } can be linked to an account that you already have. Sign in to it once to link it.
newcomer-have-one = Already have an account?
newcomer-sign-in = Sign in and link { $provider }
newcomer-over-title = This cannot go on
newcomer-over-text = Too much time has passed, this was done already, or it was opened in another browser. Please start again.

## Linking

link-title = Link { $provider }?
link-lead = Once linked, { $provider } also signs you in to { $account }.
link-who = Your { $provider } account
link-submit = Link
link-cancel = Do not link

## My page

providers-title = Other services
providers-lead = You can sign in with the services you link here. Link only accounts that are yours alone.
providers-section-text = Sign in with accounts of other services
providers-section-link = Manage other services
providers-linked-list = Linked
providers-none = Nothing is linked
providers-since = Linked on { $date }
providers-unlink = Unlink
providers-unlink-label = Unlink { $provider }
providers-add = Link another
providers-add-submit = Link { $provider }
providers-notice-linked = Linked
providers-notice-linked-text = You can sign in with it from now on.
providers-notice-already = It was linked before
providers-notice-others = That account is linked to another account of ours
providers-notice-others-text = Sign in with it to use that account. To link it here, unlink it there first.
providers-notice-over = Linking took too long
providers-notice-over-text = Please try again.
providers-notice-unlinked = Unlinked
providers-notice-last = This is your only way to sign in
providers-notice-last-text = Please set a password first, or link another service. Then this one can be unlinked.
