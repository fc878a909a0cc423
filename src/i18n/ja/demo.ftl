## お試し版: 風待製作所の通販サイトとサポートサイト、届いたメール

demo-maker = 風待製作所
demo-sign-in = Kazemachi IDでサインイン
demo-sign-out = サインアウト
demo-signed-out = サインアウトしました。ほかのサイトに入るときも、もう一度サインインが必要です。
demo-hello = { $name }さん
demo-sample = これは架空のメーカーのお試しサイトです。実際の商品・会社とは関係ありません。
demo-my-id = Kazemachi IDのマイページ
demo-to-shop = 通販サイト
demo-to-support = サポートサイト
demo-to-mailbox = 届いたメール

demo-shop-title = 風待ストア
demo-shop-lead = 空気と、台所と、庭の道具。
demo-shop-member = Kazemachi IDでサインインすると、お持ちの製品と同じシリーズを会員価格でお求めいただけます。
demo-shop-member-in = お持ちの製品と同じシリーズは、会員価格でお求めいただけます。
demo-shop-products = お持ちの製品
demo-price = { $yen }円
demo-member-price = 会員価格 { $yen }円
demo-tax = 税込
demo-owned = お持ちです

demo-products-lead = 登録した製品と、いまの保証です。保証の内容はKazemachi IDから受け取っています。
demo-products-none = まだ登録した製品がありません。
demo-products-none-next = 製品の型番と製造番号を、Kazemachi IDのマイページで登録してください。登録すると、ここに表示されます。
demo-products-register = 製品を登録する
demo-products-total = { $count }台
demo-held-since = { $month }から
demo-in-force = 保証期間中
demo-ended = 保証期間終了
demo-until = { $date }まで
demo-profile = サインイン中のKazemachi ID

demo-support-title = 風待サポート
demo-support-lead = 故障かな、と思ったら。
demo-support-why = サインインすると、お持ちの製品を選ぶだけで、型番や製造番号を入力せずにご案内できます。
demo-support-choose = どの製品についてのご相談ですか
demo-support-cover = この製品の保証
demo-support-serial = 製造番号
demo-support-bought = 購入日
demo-support-dealer = 購入店
demo-support-unknown = 登録がありません
demo-support-component = 部分
demo-support-covers = 内容
demo-support-ends = 期限
demo-support-free = いまの修理は、期間中の部分について無償です。
demo-support-paid = 保証は終了しています。修理は有償になりますが、お見積もりは無料です。
demo-support-details = Kazemachi IDでこの製品を見る
demo-support-other = ほかの製品を選ぶ
demo-covers-parts = 部品
demo-covers-labour = 修理料
demo-covers-visit = 出張料
demo-covers-shipping = 送料

demo-mailbox-title = 届いたメール
demo-mailbox-lead = お試し版では、メールは外へ送られず、ここに届きます。
demo-mailbox-none = まだメールはありません。新規登録をすると、確認コードがここに届きます。
demo-mailbox-to = 宛先
demo-mailbox-html = 送られたままの表示
demo-mailbox-back = 一覧へ戻る
demo-people-title = サインインできる人
demo-people-lead = パスワードは全員同じです。
demo-people-password = パスワード
demo-people-customer = お客さま
demo-people-staff = 管理者
demo-labels-title = まだ登録されていない製品
demo-labels-lead = 箱の中の製品の代わりです。この型番と製造番号で製品登録を試せます。
demo-labels-model = 型番
demo-labels-code = 箱の中のコード

demo-error-title = 表示できませんでした
demo-error-sign-in = サインインを終えられませんでした。もう一度お試しください。
demo-error-cancelled = サインインをやめました。商品は、サインインせずにご覧いただけます。
demo-error-not-found = お探しのページが見つかりません。
demo-back-home = 最初のページへ
