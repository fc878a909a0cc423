## Leaving

close-link = Close my account
close-title = Close your account
close-lead = This closes your account, and after a while erases what we know about you.
close-now = At once
close-now-sessions = You are signed out on all devices, and connected apps no longer get your information.
close-now-products = { $count ->
    [one] Your registered product no longer appears on your page. Its cover stays with the product.
   *[other] Your { $count } registered products no longer appear on your page. Their cover stays with the products.
}
close-undo = { $days ->
    [one] You can come back for a day
   *[other] You can come back for { $days } days
}
close-undo-text = Until { $until }, sign in again or press the button in our letter, and everything is as before.
close-erased = Then we erase your information
close-erased-text = Your name, contact details, sign-ins, connected apps and everything else about you is erased. The same e-mail address can be used for a new account.
close-kept = For the law and the safety of products we keep only these records, without your name: { $kept }.
close-held = The erasure waits as long as there is one of these reasons.
close-submit = Close my account
close-staff = This is an account of staff
close-staff-text = Please ask your administrator to close it.
closed-notice = Your account was closed
closed-notice-text = For some days you can come back: sign in, or press the button in the letter we have sent.

kept-products = { $count ->
    [one] one record of a product and its cover
   *[other] { $count } records of products and their cover
} (until { $until }, because we answer for their safety)
kept-agreements = { $count ->
    [one] one record of terms you accepted
   *[other] { $count } records of terms you accepted
} (until { $until }, in case of claims from the contract)
kept-choices = { $count ->
    [one] one record of your choices about news
   *[other] { $count } records of your choices about news
} (until { $until }, to be able to show them)

## Coming back

come-back-title = Come back to your account?
come-back-lead = This account was closed. After { $until } its information is erased.
come-back-text = If you come back, your products and settings are as before. You then sign in.
come-back-submit = Come back
come-back-nothing = If you do nothing, the account stays closed.
come-back-over-title = You cannot come back to this account
come-back-over-text = The time for it is over, or you have come back already.
came-back-notice = Welcome back
came-back-notice-text = Your account is as before. Please sign in.
