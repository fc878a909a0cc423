## The demo: the sample maker's shop and support site, and the letters that were sent

demo-maker = Kazemachi Works
demo-sign-in = Sign in with Kazemachi ID
demo-sign-out = Sign out
demo-signed-out = You are signed out. The other sites will ask you to sign in again, too.
demo-hello = { $name }
demo-sample = A sample site of an invented maker. Products and companies of this name do not exist.
demo-my-id = Your Kazemachi ID
demo-to-shop = Shop
demo-to-support = Support
demo-to-mailbox = Letters

demo-shop-title = Kazemachi Store
demo-shop-lead = Tools for air, kitchen and garden.
demo-shop-member = Sign in with your Kazemachi ID: whatever belongs to a line you own is yours at the member price.
demo-shop-member-in = Whatever belongs to a line you own is yours at the member price.
demo-shop-products = Your products
demo-price = ¥{ $yen }
demo-member-price = Member price ¥{ $yen }
demo-tax = tax included
demo-owned = You own this

demo-products-lead = What you have registered and how it is covered today, as your Kazemachi ID tells us.
demo-products-none = You have not registered a product yet.
demo-products-none-next = Register it by model and serial number in your Kazemachi ID. It appears here right away.
demo-products-register = Register a product
demo-products-total = { $count ->
    [one] 1 product
   *[other] { $count } products
}
demo-held-since = Since { $month }
demo-in-force = Under warranty
demo-ended = Warranty ended
demo-until = Until { $date }
demo-profile = Signed in as

demo-support-title = Kazemachi Support
demo-support-lead = Something not quite right?
demo-support-why = Sign in, choose one of your products, and we know model, serial number and warranty without a form.
demo-support-choose = Which product is it about?
demo-support-cover = Warranty of this product
demo-support-serial = Serial number
demo-support-bought = Bought on
demo-support-dealer = Bought from
demo-support-unknown = Not registered
demo-support-component = Component
demo-support-covers = What is covered
demo-support-ends = Until
demo-support-free = A repair today is free of charge for every component that is still covered.
demo-support-paid = The warranty has ended. A repair has its price; the estimate is free.
demo-support-details = See this product in your Kazemachi ID
demo-support-other = Choose another product
demo-covers-parts = parts
demo-covers-labour = labour
demo-covers-visit = visit
demo-covers-shipping = shipping

demo-mailbox-title = Letters
demo-mailbox-lead = Nothing leaves this machine in the demo: every letter arrives here.
demo-mailbox-none = No letters yet. Sign up, and the code arrives here.
demo-mailbox-to = To
demo-mailbox-html = As it was sent
demo-mailbox-back = Back to all letters
demo-people-title = Who can sign in
demo-people-lead = Everybody has the same password.
demo-people-password = Password
demo-people-customer = Customer
demo-people-staff = Administrator
demo-labels-title = Products nobody has registered yet
demo-labels-lead = In place of a product in its box: register one of these by its model and serial number.
demo-labels-model = Model
demo-labels-code = Code in the box

demo-error-title = This page cannot be shown
demo-error-sign-in = The sign-in did not come to its end. Please try again.
demo-error-cancelled = You cancelled the sign-in. You can look around without it.
demo-error-not-found = There is no such page.
demo-back-home = To the first page
